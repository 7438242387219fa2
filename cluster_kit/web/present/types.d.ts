// What the parts of the shared screen exchange. Its frames are in shared/messages.d.ts.

import type { ScreenEvent } from "../shared/messages.js";

/**
 * A scene as built from a frame. `pages`: each shows one idea, or one part of a list. `parts`: the entries of a list that
 * is divided into as many pages as its type needs; `arrange` puts some of them into an element. `most`: the largest
 * size of its type, in thousandths of the window's height.
 */
export interface BuiltScene {
  title: string;
  isTitleHidden?: boolean;
  kicker?: string;
  pages?: HTMLElement[];
  parts?: HTMLElement[];
  arrange?: (parts: HTMLElement[]) => HTMLElement;
  most: number;
  first?: number;
  announced?: string;
}

export type SceneBuilder = (view: ScreenEvent) => BuiltScene | null;

/** A countdown: until when, and of what. */
export interface Countdown {
  until: number;
  label: string;
}

// The types of the console's elements and commands. What its panels show is in shared/messages.d.ts.

import type { Basis, BoardPostView, CommandValues } from "../shared/messages.js";

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** An element of a list, with what it was built from. */
export interface ListElement extends HTMLElement {
  source?: string;
}

export interface ActOptions<K extends keyof CommandValues> {
  subject?: string;
  jurisdiction?: string;
  value?: CommandValues[K];
  id?: string;
  basis?: Basis;
  status?: HTMLElement;
}

export interface ComposeOptions<K extends keyof CommandValues> {
  kind: K;
  label: string;
  elements: HTMLElement[];
  toCommand: (words: string[]) => ActOptions<K>;
}

export interface BoardThread {
  post: BoardPostView;
  replies: BoardPostView[];
}

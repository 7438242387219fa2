// What several modules share: children and attributes of elements, models of widgets, and events of the window.

export type Child = Node | string | number | boolean | null | undefined | Child[];

export interface Attributes {
  onclick?: (event: MouseEvent) => unknown;
  onsubmit?: (event: SubmitEvent) => unknown;
  oninput?: (event: Event) => unknown;
  onchange?: (event: Event) => unknown;
  ontoggle?: (event: Event) => unknown;
  [name: string]: any;
}

/** The model of a widget, with the interface of anywidget's models. */
export interface WidgetModel {
  get(key: string): any;
  on(event: string, callback: (...details: any[]) => void): void;
  off(event: string, callback: (...details: any[]) => void): void;
  send(content: object): void;
}

export interface Widget {
  render(place: { model: WidgetModel; el: HTMLElement }): unknown;
}

/** How many of an exercise's questions are answered. */
export interface ProgressDetail {
  exercise: string;
  answered: number;
  asked: number;
}

/** How saving stands in one form; ``at``: when this person's newest answer was saved. */
export interface StateDetail {
  state: "saved" | "saving" | "unsaved" | "trouble";
  at: string | null;
  unsent: number;
}

/** Ratings that a team sees from now on: the id of the overview's heading, the exercise's title, and the summary in words. */
export interface RevealedDetail {
  id: string;
  title: string;
  summary: string;
}

/** A rating that a teammate proposes: the statement's text, and the id of the element where it is settled. */
export interface ProposalDetail {
  key: string;
  by: string;
  rating: string;
  text: string;
  target: string;
}

/** The proposals of an exercise that wait for this person's answer. */
export interface ProposalsDetail {
  id: string;
  title: string;
  waiting: ProposalDetail[];
}

/** How much a page says to screen readers about others and the session. */
export type AnnouncementLevel = "all" | "essentials" | "none";

/** A sentence for screen readers: the reply to what the person does, something nobody should miss, or a detail. */
export interface AnnounceDetail {
  sentence: string;
  weight: "reply" | "essential" | "detail";
}

declare global {
  interface WindowEventMap {
    "ck:progress": CustomEvent<ProgressDetail>;
    "ck:state": CustomEvent<StateDetail>;
    "ck:revealed": CustomEvent<RevealedDetail>;
    "ck:unrevealed": CustomEvent<string>;
    "ck:proposals": CustomEvent<ProposalsDetail>;
    "ck:announce": CustomEvent<AnnounceDetail>;
    "ck:step": Event;
  }
}

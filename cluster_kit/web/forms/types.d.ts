// The types of a form's parts. Messages are in shared/messages.d.ts.

import type { FormLimits, OptionView, PersonView, ResponseView } from "../shared/messages.js";
import type { Child } from "../shared/types.js";
import type { Depth } from "./depth.js";
import type { FormStore } from "./form_store.js";
import type { Progress } from "./status.js";
import type { Team } from "./team.js";

export type Scope = "team" | "person";
export type DepthName = "essential" | "standard" | "full";

/** One field: a prompt's address, the row of a table ("" elsewhere), and whose answer it is. */
export interface Address {
  prompt: string;
  row: string;
  scope: Scope;
}

/** What was typed and is not acknowledged. Once ``sent`` it never changes. */
export interface Entry extends Address {
  id: string;
  value: any;
  base: string[];
  sent: boolean;
  at: number;
  problem: string;
}

/** A current answer; ``live``: it came while the form was open. */
export interface Answer extends ResponseView {
  live?: boolean;
}

export interface Versions {
  mine: Entry | Answer;
  others: Answer[];
}

/** A prompt of a field: a cell prompt of the definition, or one that the form adds. */
export interface FieldPrompt {
  kind: string;
  id: string;
  label: string;
  [key: string]: any;
}

export interface FieldOptions {
  compact?: boolean;
  labelledby?: string;
  describedby?: string[];
  asList?: boolean;
  about?: string;
  heading?: "h5";
}

/** An option of a choice; ``id`` is a number where a point of a scale is chosen. */
/** An option. ``beside``: a choice off the scale. */
export interface ChoiceOption extends Omit<OptionView, "id"> {
  id: string | number;
  beside?: boolean;
}

/** A value, or with ``problem`` what was typed and cannot be sent as it is. */
export interface Reading {
  value?: any;
  problem?: string;
}

export interface Control {
  nodes: Child[];
  readonly targets: Array<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>;
  group?: boolean;
  typed?: boolean;
  /** Says what is wrong only once it has lost the focus. */
  patient?: boolean;
  /** The group of a table cell's segments, and the button that clears them. */
  box?: HTMLElement;
  clear?: HTMLElement;
  describedby?: string;
  read(): Reading;
  write(value: any): void;
  /** A question about a value that can be saved but is unlikely, or "". */
  question?(value: any): string;
  updateOptions?(options: OptionView[]): void;
}

/** What fields know of the form that they are in. */
export interface Form {
  store: FormStore;
  depth: Depth;
  progress: Progress;
  announce(sentence: string, weight?: "reply" | "essential" | "detail"): void;
  limits: FormLimits;
  roles: string[];
  me: PersonView;
  team: string;
  title: string;
  /** The rated prompts: pages hear of their reveals and proposals together. */
  teams: Team[];
}

/** What an upload tells: its share, that it waits, or how it ended. */
export interface UploadProgress {
  share?: number;
  waiting?: boolean;
  value?: any;
  problem?: string | null;
}

/** A group of programs of a state's list that is decided together. */
export interface ProgramRow {
  key: string;
  code: string;
  titles: string[];
  more_titles: number;
  programs: number;
  levels: string[];
  formers: string[];
  earlier: string;
  clear: boolean;
  reasons: string[];
  candidates: Array<{ cluster: string; sub_cluster: string; place: string; sure: string }>;
}

// The connections of pages and what they report. Messages are in shared/messages.d.ts.

import type {
  BoardEvent,
  CommandResult,
  CommandValues,
  ExamplesEvent,
  FormReplyFrame,
  Have,
  PicturesEvent,
  PostView,
  SessionStatusEvent,
  TeamEvent, TeammatesEvent, WritingEvent,
} from "../shared/messages.js";
import type { PostEditor } from "./post_editor.js";

/** What became of a command. ``later``: it is to be sent again under the same id, after ``wait`` milliseconds. */
export interface Outcome {
  ok?: boolean;
  refused?: string;
  later?: string;
  wait?: number;
}

export interface PageEvents {
  session_status: SessionStatusEvent;
  team: TeamEvent;
  teammates: TeammatesEvent;
  writing: WritingEvent;
  examples: ExamplesEvent;
  pictures: PicturesEvent;
  board: BoardEvent;
  form: FormReplyFrame;
  result: CommandResult;
}

/** What the parts of a session page use of its connection. */
export interface PageConnection {
  open(): void;
  sendForm(exercise: string, message: object): void;
  act<K extends keyof CommandValues>(id: string, kind: K, subject: string, value?: CommandValues[K]): Promise<Outcome>;
  presence(exercise: string, active: boolean): void;
  writing(place: { exercise: string; prompt: string; row: string }): void;
  addEventListener<K extends keyof PageEvents>(type: K, listener: (event: CustomEvent<PageEvents[K]>) => void): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
}

/** What a page says of itself in its hello. */
export interface PageInfo {
  session: string;
  protocol: number;
  content: string;
  path?: string;
  forms: () => Array<{ exercise: string; have: Have | null }>;
}

/** A post or a reply that is not on the board yet: a draft until it is ``sent``. */
export interface PendingPost {
  id: string;
  segment: string;
  parent: string | null;
  text: string;
  signed: boolean;
  sent: boolean;
  at: number;
  problem: string;
}

/** Something that facilitators show to all participants, and where it is on the page. */
export interface ShownItem {
  title: string;
  href: string;
}

export type ReactionKind = "same_here" | "helpful" | "tell_more";

/** A post on the page, or (``view`` is null) the tombstone of one that was taken back. */
export interface ShownPost {
  element: HTMLElement;
  replies: HTMLElement;
  view: PostView | null;
  editorSlot: HTMLElement | null;
  editor?: PostEditor;
  answer?: HTMLElement;
  placed?: boolean;
  show?(view: PostView): void;
}

/** The addresses of the forms' module and of the exercises' definitions. */
export interface FormAssets {
  form: string;
  exercises: string;
}

/** What a browser remembers of a person's evaluation of a session. */
export interface EvaluationState {
  ballot?: string;
  done?: boolean;
  skipped?: boolean;
}

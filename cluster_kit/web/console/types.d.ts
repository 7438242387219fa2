// What the console's panels show: the views that cluster_kit/console/*.py build.

import type { CommandValues } from "../shared/messages.js";

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** An element of a list, with what it was built from. */
export interface ListElement extends HTMLElement {
  said?: string;
}

export interface ActOptions {
  subject?: string;
  jurisdiction?: string;
  value?: object;
  id?: string;
}

export interface ComposeOptions {
  kind: keyof CommandValues;
  label: string;
  elements: HTMLElement[];
  toAsked: (words: string[]) => ActOptions;
}

export interface NoticeItem {
  id: string;
  text: string;
  url: string;
  at: string;
}

export interface ParkedItem {
  id: string;
  text: string;
  who: string;
  at: string;
  done: boolean;
}

export interface AnnouncementsView {
  longest: number;
  message: NoticeItem | null;
  earlier: NoticeItem[];
  links: NoticeItem[];
  parked: ParkedItem[];
}

export interface BoardPost {
  id: string;
  place: number;
  segment: string;
  parent: string;
  text: string;
  state: string;
  who: string;
  at: string;
  hidden: boolean;
  featured: boolean;
  reactions: Record<string, number>;
}

export interface BoardsView {
  boards: Array<{ segment: string; title: string }>;
  present: string;
  longest: number;
  [post: `post ${string}`]: BoardPost;
}

export interface BoardThread {
  post: BoardPost;
  replies: BoardPost[];
}

export interface GroupItem {
  number: number;
  names: string[];
  topic: string;
  why?: string;
}

export interface ProposedGroup extends GroupItem {
  states: string[];
  area: string;
  reason: string;
}

export interface GroupsProposal {
  sentence: string;
  groups: ProposedGroup[];
  alone: string[];
}

export interface BreakoutsView {
  number: number;
  here: number;
  sizes: string[];
  shown: null | { id: string; title: string; at: string; groups: GroupItem[] };
  late: string[];
  absent: string[];
}

export interface TopicItem {
  item: string;
  text: string;
  area: string;
  reason: string;
  aloud: string;
  shown: boolean;
}

export interface DiscussView {
  topics: TopicItem[];
}

export interface ExampleItem {
  title: string;
  state: string;
  area: string;
  facts: Array<[string, string]>;
  featured: boolean;
}

export interface ExamplesView {
  order: string[];
  [example: `example ${string}`]: ExampleItem;
}

export interface ExerciseItem {
  id: string;
  title: string;
  segment: string;
  asked: number;
  begun: number;
  finished: number;
  locked: boolean;
  rated: boolean;
  revealed: boolean;
  revealed_to: number;
}

export interface ExercisesView {
  present: string;
  here: number;
  exercises: ExerciseItem[];
}

export type Presence = "active" | "joined" | "idle" | "away";

export interface StateTile {
  code: string;
  name: string;
  being: Presence | "not here";
  here: number;
  people: number;
  stuck: boolean;
}

export interface PeopleView {
  states: number;
  people: number;
  beings: Record<Presence, number>;
  stuck: Array<{ state: string; sentence: string }>;
  order: string[];
  grid: Record<string, [number, number]>;
  [state: `state ${string}`]: StateTile;
}

export interface RecordLine {
  id: string;
  what: string;
  who: string;
  at: string;
  undone: boolean;
}

export interface RecordView {
  done: RecordLine[];
}

export interface RatedItem {
  id: string;
  text: string;
  counts: number[];
}

export interface RatedArea {
  id: string;
  title: string;
  counts: number[];
  items: RatedItem[];
}

export interface RatedState {
  code: string;
  name: string;
  means: Record<string, number | null>;
}

export interface ResultsView {
  scale: string[];
  top: number;
  order: string[];
  shown: string[];
  [area: `area ${string}`]: RatedArea;
  [state: `state ${string}`]: RatedState;
}

export interface SegmentItem {
  kind: string;
  title: string;
  minutes: number;
  changed: number;
  taken_s: number;
  state: "over" | "now" | "ahead";
}

export interface RunOfShowView {
  session: { number: number; title: string; minutes: number };
  parts: SegmentItem[];
  began: string | null;
  ended: string | null;
  since: string | null;
  left_s: number | null;
  behind_s: number;
  back: null | { kind: string; title: string };
  next: null | { kind: string; title: string };
}

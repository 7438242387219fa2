// What the modules of the editor share. Entries are data of a YAML file: every scalar is a string.

export type Entry = Record<string, any>;

export interface Count {
  answers: number;
  states: number;
}

export interface KeptDraft {
  id: string;
  base: string;
  at: string;
  data: Entry;
}

export interface Change {
  key: string;
  where: string;
  before: string | null;
  after: string | null;
}

export interface Collision {
  key: string;
  where: string;
  before: string | null;
  mine: string | null;
  theirs: string | null;
}

export interface Version {
  number: number;
  at: string;
  live: boolean;
  changes: Change[];
}

export interface Opened {
  name: string;
  series: { id: string; title: string };
  files: Array<{ name: string; title: string }>;
  data: Entry;
  base: string;
  own: string;
  version: number;
  shared: Record<string, Entry>;
  uses: Record<string, number[]>;
  answers: Record<string, Count>;
  begun: number[];
  drafts: KeptDraft[];
}

export interface Problem {
  key: string;
  sentence: string;
  where: string;
  blocks: boolean;
}

export interface SegmentTime {
  kind: string;
  minutes: number;
  host: number;
  moves: number;
  moving: number;
  given: number;
  buffer: number;
  needed: number;
}

export interface ExerciseTime {
  room: { find: number; read: number; talk: number; write: number; needed: number; given: number } | null;
  alone: { needed: number; given: number } | null;
}

export interface Checked {
  problems: Problem[];
  usable: boolean;
  changes: number;
  newer: boolean;
  segments: SegmentTime[];
  times: Record<string, ExerciseTime>;
  preview: { schema: any; opening: any } | null;
}

export interface Saved {
  data: Entry;
  base: string;
  own: string;
  version: number;
  changes: number;
}

export interface Refused {
  reason: "changed" | "problems" | "answers" | "begun" | "newer";
  newer?: string;
  theirs?: Change[];
  mine?: Change[];
  collisions?: Collision[];
  problems?: Problem[];
  risks?: Array<{ key: string; sentence: string }>;
  sessions?: number[];
}

/** A field of an entry: the property, its label, and how it is edited. */
export interface FieldOptions {
  hint?: string;
  lines?: number;
  shared?: any;
  required?: boolean;
}

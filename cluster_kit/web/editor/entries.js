// Entries of lists, and their ids. An id is made once, from the label at the first save, and never changes with the label,
// because answers are stored under it.
/** @import * as E from "./types.js" */

const UNNAMED = "new_";
const LONGEST_ID = 32;

// An id for an entry that has no label yet.
export function mintUnnamed() {
  return UNNAMED + Math.random().toString(36).slice(2, 8).padEnd(6, "0");
}

// Give ids to the questions, columns, options, and rows that were added, from their labels. `answers` has the keys under
// which answers are stored: a new question never takes the id of an old one.
/**
 * @param {E.Entry} data
 * @param {Record<string, E.Count>} answers
 */
export function nameNewEntries(data, answers) {
  for (const exercise of data.exercises ?? []) {
    const stored = Object.keys(answers).filter((key) => key.startsWith(`${exercise.id}.`)).flatMap((key) => key.split(".").slice(1));
    nameEntries(exercise.prompts, stored);
  }
}

/**
 * @param {E.Entry[] | undefined} entries
 * @param {string[]} stored
 */
function nameEntries(entries, stored) {
  for (const entry of entries ?? []) {
    if (entry.id?.startsWith(UNNAMED) && entry.label) {
      entry.id = idFrom(entry.label, new Set([...(entries ?? []).map((one) => one.id), ...stored]));
    }
    nameEntries(entry.columns, stored);
    nameEntries(entry.options, []);
    nameEntries(entry.rows, []);
  }
}

/**
 * @param {string} label
 * @param {Set<string>} taken
 */
function idFrom(label, taken) {
  const words = label.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "");
  const short = (words.length > LONGEST_ID ? words.slice(0, LONGEST_ID).replace(/_[^_]*$/, "") : words) || "entry";
  let id = short;
  for (let number = 2; taken.has(id); number += 1) id = `${short}_${number}`;
  return id;
}

// Move an entry one place up (-1) or down (1) among those for which `counts` is true. Returns whether it moved.
/**
 * @param {any[]} entries
 * @param {any} entry
 * @param {number} step
 * @param {(entry: any) => boolean} [counts]
 */
export function moveEntry(entries, entry, step, counts = () => true) {
  const from = entries.indexOf(entry);
  let to = from + step;
  while (to >= 0 && to < entries.length && !counts(entries[to])) to += step;
  if (to < 0 || to >= entries.length) return false;
  entries.splice(from, 1);
  entries.splice(to, 0, entry);
  return true;
}

// Set a property, or remove it if it is empty and not required.
/**
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} value
 * @param {boolean} [required]
 */
export function setText(entry, name, value, required = false) {
  if (value.trim() === "" && !required) delete entry[name];
  else entry[name] = value.trim() === "" ? null : value.replace(/\s+/g, " ").trim();
}

/** @param {any} value */
export function isTrue(value) {
  return value === "true";
}

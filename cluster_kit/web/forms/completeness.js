// Whether what a form asks is answered: the rule of exercises/completeness.py, applied to what is on the page.
// tests/answered_cases.json holds both to the same cases.
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {FormStore} from "./form_store.js" */
/** @typedef {{asked: number, answered: number}} Tally */

// What comes before a person's own words in the value of a choice, in place of an option's id, which has no colon.
export const OTHER_PREFIX = "other:";
const DEPTH_ORDER = ["essential", "standard", "full"];

// Whether a value is a cleared answer: nothing, blank text, no options, or no person.
/**
 * @param {any} value
 * @returns {boolean}
 */
export function isEmpty(value) {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return !value.trim();
  if (Array.isArray(value)) return !value.length;
  return typeof value === "object" && Object.values(value).every(isEmpty);
}

// Whether a value answers a prompt: a person has a name, and words of one's own are there.
/**
 * @param {{kind: string}} prompt
 * @param {any} value
 */
export function isGiven(prompt, value) {
  if (isEmpty(value)) return false;
  if (prompt.kind === "person") return !isEmpty(value.name);
  if (prompt.kind !== "choice") return true;
  const chosen = Array.isArray(value) ? value : [value];
  return chosen.every((one) => (String(one).startsWith(OTHER_PREFIX) ? String(one).slice(OTHER_PREFIX.length) : String(one)).trim());
}

// Whether a field is answered with something that can be saved.
/**
 * @param {FormStore} store
 * @param {{kind: string}} prompt
 * @param {{prompt: string, row: string}} address
 */
export function isAnswered(store, prompt, address) {
  return !store.draft(address)?.problem && isGiven(prompt, store.value(address));
}

// The columns without which a row is not complete; of rows that people add, the essential one.
/** @param {M.TablePromptView} table */
function requiredColumns(table) {
  const columns = table.columns.filter((column) => !column.optional && DEPTH_ORDER.indexOf(column.depth) <= DEPTH_ORDER.indexOf(table.depth));
  if (table.rows !== null) return columns;
  return columns.filter(({ kind }) => kind === "text").concat(columns).slice(0, 1);
}

// The rows of a table that count: fixed rows, those of other answers, or those that people have begun.
/**
 * @param {FormStore} store
 * @param {M.TablePromptView} table
 * @returns {string[]}
 */
export function listRows(store, table) {
  if (table.rows !== null) return table.rows.filter((row) => !row.gone).map((row) => row.id);
  const rows = store.rows.get(table.id) ?? [];
  return rows.filter((row) => store.value({ prompt: table.id, row }) !== false && isBegun(store, table, row));
}

/**
 * @param {FormStore} store
 * @param {M.TablePromptView} table
 * @returns {Tally}
 */
export function tallyTable(store, table) {
  const rows = listRows(store, table);
  const required = requiredColumns(table);
  /** @param {string} row */
  const isComplete = (row) => isBegun(store, table, row) && required.every((column) => isAnswered(store, column, { prompt: `${table.id}.${column.id}`, row }));
  const least = table.rows === null ? table.expected_rows : 0;
  return { asked: Math.max(least, rows.length), answered: rows.filter(isComplete).length };
}

/**
 * @param {FormStore} store
 * @param {M.TablePromptView} table
 * @param {string} row
 */
function isBegun(store, table, row) {
  return table.columns.some((column) => !isEmpty(store.value({ prompt: `${table.id}.${column.id}`, row })));
}

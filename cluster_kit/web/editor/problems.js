// Problems of the content check, in the words of the page and beside their fields.
import { elementId, h } from "../shared/dom.js";
/** @import * as E from "./types.js" */

// The names of keys in the check's sentences, and what the page calls them.
/** @type {Array<[RegExp, string]>} */
const WORDS = [
  [/^label is empty/, "the text is empty"],
  [/^(?:title|question|purpose|intent|keeps) is empty/, "this text is empty"],
  [/\bprework_minutes\b/g, "“Before the session”"],
  [/\babout_minutes\b/g, "the minutes before or after the session"],
  [/\btalk_minutes\b/g, "minutes for talking"],
  [/\bhost_minutes\b/g, "the facilitator's minutes"],
  [/\bexpected_rows\b/g, "“Rows that a team fills”"],
  [/\bmax_rows\b/g, "the most rows"],
  [/\bbefore: true\b/g, "“Asked before the session”"],
  [/\bdepth: standard\b/g, "a depth of Standard"],
  [/\bprompts?\b/g, "questions"],
];

/** @param {string} sentence */
export function inPageWords(sentence) {
  const words = WORDS.reduce((text, [name, shown]) => text.replace(name, shown), sentence);
  return `${words[0].toUpperCase()}${words.slice(1)}${/[.?!]$/.test(words) ? "" : "."}`;
}

// What must be selected to solve a problem: an exercise, a segment, or the session.
/** @param {string} key */
export function placeOf(key) {
  const [first, second] = key.split(".");
  if (first === "exercises" && second) return second;
  if (first === "segments") return second ? `segments.${second}` : "segments.1";
  return "session";
}

// Show each problem beside its field, or beside the nearest part that contains it. Problems that are shown nowhere are
// returned.
/**
 * @param {HTMLElement} root
 * @param {E.Problem[]} problems
 */
export function showProblems(root, problems) {
  for (const place of root.querySelectorAll(".ck-edit-problem")) {
    place.setAttribute("hidden", "");
    place.textContent = "";
  }
  for (const control of root.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  return problems.filter((problem) => problem.where || !showOne(root, problem));
}

/**
 * @param {HTMLElement} root
 * @param {E.Problem} problem
 */
function showOne(root, problem) {
  const field = fieldOf(root, problem.key);
  const place = field?.querySelector(":scope > .ck-edit-problem");
  if (!field || !place) return false;
  place.append(h("span", {}, inPageWords(problem.sentence)), " ");
  place.removeAttribute("hidden");
  const control = field.querySelector(":scope > input, :scope > textarea, :scope > select");
  control?.setAttribute("aria-invalid", "true");
  if (!control) field.setAttribute("aria-describedby", describedBy(place)); // a group, such as the options
  openAround(field);
  return true;
}

/** @param {Element} place */
function describedBy(place) {
  place.id ||= elementId("problem");
  return place.id;
}

// The field of a key, or the nearest part around it.
/**
 * @param {HTMLElement} root
 * @param {string} key
 */
export function fieldOf(root, key) {
  const parts = key.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const found = root.querySelector(`[data-key="${CSS.escape(parts.slice(0, length).join("."))}"]`);
    if (found) return /** @type {HTMLElement} */ (found);
  }
  return null;
}

/** @param {Element} element */
export function openAround(element) {
  for (let part = element.closest("details"); part; part = part.parentElement?.closest("details") ?? null) part.open = true;
}

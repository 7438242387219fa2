// The printed page is a record of what was answered, in place of the form: before printing, each exercise gets a list of
// its questions with their answers as text. It reads the controls, so that every kind of prompt is printed.
import { h, timeOfDay } from "../shared/dom.js";

const MOST_LISTED = 6;

export function printRecord() {
  addEventListener("beforeprint", show);
  addEventListener("afterprint", remove);
}

/** @type {HTMLDetailsElement | null} */
let opened = null; // the fold of the look back, if it was closed

function show() {
  remove();
  opened = document.querySelector("details:not([open]):has(> #look-back)");
  if (opened) opened.open = true;
  const forms = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".ck-form"));
  for (const form of forms) form.after(record(form));
  const now = new Date();
  const when = `${now.toLocaleDateString("en-US", { dateStyle: "long" })}, at ${timeOfDay(now)}`;
  document.querySelector(".ck-header")?.append(h("p", { class: "ck-print-when" }, `As of ${when}`));
  document.documentElement.classList.add("ck-printing");
}

function remove() {
  document.documentElement.classList.remove("ck-printing");
  if (opened) opened.open = false;
  opened = null;
  for (const element of document.querySelectorAll(".ck-print, .ck-print-when")) element.remove();
}

/** @param {HTMLElement} form */
function record(form) {
  const groups = groupsOf(form);
  const answered = groups.filter(({ entries }) => entries.length > 0);
  const open = groups.flatMap(({ name, entries, unanswered }) => (name && entries.length === 0 ? [name] : name ? [] : unanswered));
  return h("section", { class: "ck-print" },
    h("h3", {}, form.querySelector("h3")?.textContent ?? ""),
    answered.map(({ name, entries }) => h("div", { class: "ck-print-group" }, name && h("h4", { dir: "auto" }, name),
      h("dl", {}, entries.map(([question, answer]) => h("div", {}, h("dt", { dir: "auto" }, question), h("dd", { dir: "auto" }, answer)))))),
    open.length > 0 && h("p", { class: "ck-print-open" }, openParts(open, answered.length > 0)));
}

// What is not answered, in one line.
/**
 * @param {string[]} open
 * @param {boolean} hasAnswers
 */
function openParts(open, hasAnswers) {
  if (!hasAnswers) return "Not answered.";
  return open.length <= MOST_LISTED ? `Not answered: ${open.join("; ")}` : `Not answered: ${open.length} more parts`;
}

/** @typedef {{name: string, entries: Array<[string, string]>, unanswered: string[]}} Group */

// The answers in the order of the page, by row, card, or statement; what belongs to none of them has no name.
/** @param {HTMLElement} form */
function groupsOf(form) {
  /** @type {Group[]} */
  const groups = [];
  /** @type {Map<Element | null, Group>} */
  const known = new Map();
  const fields = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".ck-parts :is(.ck-field, .ck-cell, .ck-ranking)"));
  for (const field of fields) {
    if (field.closest("[hidden], .ck-depth")) continue;
    const container = field.closest(".ck-item, .ck-row, .ck-matrix tbody, .ck-group");
    const group = known.get(container) ?? { name: nameOf(container), entries: [], unanswered: [] };
    if (!known.has(container)) groups.push(group);
    known.set(container, group);
    const isRating = container?.matches(".ck-item") && field.parentElement === container && field.matches(".ck-rating");
    const question = isRating ? "Your rating" : questionOf(field);
    const answer = answerOf(field);
    if (answer) group.entries.push([question, answer]);
    else group.unanswered.push(question);
  }
  return groups;
}

/** @param {Element | null} container */
function nameOf(container) {
  const name = container?.querySelector(":scope > legend, :scope > .ck-rating > .ck-label, .ck-row-name, :scope > .ck-label");
  return name ? words(name) : "";
}

/** @param {HTMLElement} field */
function questionOf(field) {
  const label = field.querySelector(":scope > .ck-label") ?? field.parentElement?.querySelector(":scope > .ck-cell-name");
  return label ? words(label) : "";
}

/** @param {HTMLElement} field */
function answerOf(field) {
  if (field.dataset.printed !== undefined) return field.dataset.printed; // a control that says it itself
  /** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>} */
  const controls = field.querySelectorAll("input, textarea, select");
  const answers = [...controls].filter((control) => !control.closest("[hidden], .ck-versions")).map(shownValue);
  const file = field.querySelector(".ck-file-name")?.textContent ?? "";
  return [...answers, file].filter(Boolean).join("; ");
}

/** @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} control */
function shownValue(control) {
  if (control instanceof HTMLSelectElement) return control.value ? (control.selectedOptions[0]?.text ?? "") : "";
  if (control instanceof HTMLTextAreaElement || !/^(?:radio|checkbox|file)$/.test(control.type)) return printedText(control);
  if (control.type === "file" || !control.checked) return "";
  const label = control.closest("label") ?? document.querySelector(`label[for="${control.id}"]`);
  return label ? words(label.querySelector(".ck-option-label") ?? label) : "";
}

/** @param {HTMLInputElement | HTMLTextAreaElement} control */
function printedText(control) {
  if (control.type !== "date" || !control.value) return control.value.trim();
  return new Date(`${control.value}T12:00`).toLocaleDateString("en-US", { dateStyle: "long" });
}

// The visible words of a label.
/** @param {Element} label */
function words(label) {
  const copy = /** @type {Element} */ (label.cloneNode(true));
  for (const hidden of copy.querySelectorAll(".ck-hidden, [hidden], .ck-option-help")) hidden.remove();
  return copy.textContent?.trim() ?? "";
}

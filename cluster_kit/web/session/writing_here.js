// "Jordan is writing here" beside a field that the team shares, and the reports by which teammates' pages know. The
// words themselves are not part of it. It is no live region, so screen readers do not speak at each keystroke.
import { h, joinWords } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const REPORT_MS = 1500;
const FADES_MS = 5000; // after the last keystroke

/**
 * @param {T.PageConnection} connection
 * @param {HTMLElement} root
 */
export function showWriting(connection, root) {
  reportWriting(connection, root);
  /** @type {Map<HTMLElement, Map<string, number>>} */
  const writers = new Map(); // by field: the timer of each name
  /** @param {HTMLElement} field */
  const refresh = (field) => {
    const names = [...(writers.get(field)?.keys() ?? [])];
    const note = field.querySelector(":scope > .ck-writing");
    if (!names.length) return note?.remove();
    const words = `${joinWords(names)} ${names.length === 1 ? "is" : "are"} writing here`;
    if (note) note.textContent = words;
    else field.append(h("p", { class: "ck-writing", dir: "auto" }, words));
  };
  connection.addEventListener("writing", ({ detail }) => {
    const field = findField(root, detail);
    if (!field) return;
    const names = writers.get(field) ?? new Map();
    writers.set(field, names);
    clearTimeout(names.get(detail.who));
    names.set(detail.who, setTimeout(() => {
      names.delete(detail.who);
      refresh(field);
    }, FADES_MS));
    refresh(field);
  });
}

// A report with the first keystroke, then at intervals, and one after the last.
/**
 * @param {T.PageConnection} connection
 * @param {HTMLElement} root
 */
function reportWriting(connection, root) {
  /** @type {{exercise: string, prompt: string, row: string} | null} */
  let place = null;
  let reportedAt = 0;
  /** @type {number | undefined} */
  let timer;
  const report = () => {
    timer = undefined;
    if (!place) return;
    connection.writing(place);
    reportedAt = Date.now();
  };
  root.addEventListener("input", ({ target }) => {
    const isText = target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text");
    const field = isText ? /** @type {HTMLElement | null} */ (target.closest("[data-prompt]")) : null;
    const exercise = /** @type {HTMLElement | null} */ (field?.closest("[data-exercise]"))?.dataset.exercise;
    if (!field || !exercise) return;
    place = { exercise, prompt: field.dataset.prompt ?? "", row: field.dataset.row ?? "" };
    if (timer === undefined) timer = setTimeout(report, Math.max(0, reportedAt + REPORT_MS - Date.now()));
  });
}

/**
 * @param {HTMLElement} root
 * @param {M.WritingEvent} place
 * @returns {HTMLElement | undefined}
 */
function findField(root, { exercise, prompt, row }) {
  const form = [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-exercise]"))].find((one) => one.dataset.exercise === exercise);
  const fields = /** @type {NodeListOf<HTMLElement> | undefined} */ (form?.querySelectorAll("[data-prompt]"));
  return [...(fields ?? [])].find((one) => one.dataset.prompt === prompt && one.dataset.row === row);
}

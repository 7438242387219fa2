// What an exercise asks people to do, above its questions. A narrow page shows the first sentence of the steps, so that the
// first question is on the first screen; all steps, the purpose, and the terms are a tap away.
import { h } from "../shared/dom.js";
import { termList } from "./terms.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */

const ROOMY = matchMedia("(min-width: 48rem)");
const NOT_LOW = matchMedia("(min-width: 48rem) and (min-height: 45rem)");
const TALL = matchMedia("(min-width: 48rem) and (min-height: 56rem)");

/** @param {M.ExerciseView} schema */
export function buildInstructions(schema) {
  const { steps, intent } = schema;
  const list = steps.length > 0 && h("ol", { class: "ck-steps" }, steps.map((step) => h("li", {}, step)));
  return [h("p", { class: "ck-first-step" }, firstSentence(steps[0] ?? intent)), foldUnless(NOT_LOW, "ck-phone-fold ck-short-fold", "All instructions", [list, readOnce(schema)])];
}

// A line that opens on a narrow page, and plain content on a wide one.
/**
 * @param {S.Child} title
 * @param {...S.Child} content
 */
export function foldOnPhone(title, ...content) {
  return foldUnless(ROOMY, "ck-phone-fold", title, content);
}

// The same, and also a line in a low window, such as a laptop's.
/**
 * @param {S.Child} title
 * @param {...S.Child} content
 */
export function foldInSmallWindow(title, ...content) {
  return foldUnless(TALL, "ck-phone-fold ck-low-fold", title, content);
}

/**
 * @param {MediaQueryList} room
 * @param {string} classes
 * @param {S.Child} title
 * @param {S.Child[]} content
 */
function foldUnless(room, classes, title, content) {
  const fold = /** @type {HTMLDetailsElement} */ (h("details", { class: classes }, h("summary", {}, title), ...content));
  const fit = () => (fold.open = room.matches);
  room.addEventListener("change", fit);
  fit();
  return fold;
}

// All of the text in a browser that knows no sentences (Firefox before 125): an exercise must open there, too.
/** @param {string} text */
function firstSentence(text) {
  if (!("Segmenter" in Intl)) return text;
  const [first] = new Intl.Segmenter("en", { granularity: "sentence" }).segment(text);
  return first?.segment.trim() ?? text;
}

// What is read once, if at all.
/** @param {M.ExerciseView} schema */
function readOnce({ intent, keeps, terms, cues }) {
  return h("div", { class: "ck-about" },
    h("details", { class: "ck-purpose" }, h("summary", {}, terms.length ? "Purpose and terms" : "Purpose"),
      h("p", {}, intent), h("p", { class: "ck-keeps" }, `Your state keeps ${keeps}.`), termList(terms)),
    cues && cueCard(cues));
}

// A card that helps a team in its room: questions for a team that is stuck, and what to listen for.
/** @param {M.CuesView} arg */
function cueCard({ listen, stuck, quick }) {
  return h("details", { class: "ck-cue" }, h("summary", {}, "If your team is stuck"),
    h("p", {}, "Ask: ", h("q", {}, stuck)),
    listen.length > 0 && h("p", {}, "Listen for:"),
    listen.length > 0 && h("ul", {}, listen.map(({ signal, ask }) => h("li", {}, signal, " Ask: ", h("q", {}, ask)))),
    h("p", {}, "If you finish early, ask: ", h("q", {}, quick)));
}

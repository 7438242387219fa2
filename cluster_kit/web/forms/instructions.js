// What an exercise asks people to do, above its questions, and in one fold what is read once: the purpose, the terms, the help
// for a team that is stuck, and on a session page the background. On a narrow page, the first sentence of the steps is above
// the questions and all steps are in the fold, so that the first question is on the first screen.
import { h } from "../shared/dom.js";
import { whenBegun } from "./begun.js";
import { termList } from "./terms.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */

const BEFORE = "Before the session"; // content/session_models.py
const ROOMY = matchMedia("(min-width: 48rem)");
const NOT_LOW = matchMedia("(min-width: 48rem) and (min-height: 45rem)");
const TALL = matchMedia("(min-width: 48rem) and (min-height: 56rem)");

/** @param {M.ExerciseView} schema */
export function buildInstructions({ steps, intent, keeps, terms, cues }) {
  const before = steps.filter((step) => step.startsWith(BEFORE));
  const together = steps.filter((step) => !step.startsWith(BEFORE));
  const list = h("ol", { class: "ck-steps" });
  const prepared = h("div", { class: "ck-prepared" });
  const first = h("p", { class: "ck-first-step" });
  const summary = h("summary", {});
  const cue = cues && cueCard(cues);
  const background = h("div", { class: "ck-more-background" });
  const more = h("details", { class: "ck-more" }, summary, prepared, h("p", {}, intent), h("p", { class: "ck-keeps" }, `Your state keeps ${keeps}.`),
    termList(terms), background);
  const whole = h("div", { class: "ck-instructions" }, first, more);
  const fit = () => {
    summary.textContent = NOT_LOW.matches || !steps.length ? "More about this exercise" : "All instructions and more";
    if (cue && NOT_LOW.matches) more.after(cue);
    else if (cue) background.before(cue);
    if (steps.length && NOT_LOW.matches) more.before(list);
    else if (steps.length) summary.after(list);
  };
  NOT_LOW.addEventListener("change", fit);
  fit();
  // In the room, the task of the room leads, and what was to do before is in the fold.
  whenBegun((hasBegun) => {
    const isFolded = hasBegun && before.length > 0 && together.length > 0;
    const shown = isFolded ? together : steps;
    list.replaceChildren(...shown.map((step) => h("li", {}, step)));
    prepared.replaceChildren(...(isFolded ? before.map((step) => h("p", {}, step)) : []));
    first.dataset.words = firstSentence(shown[0] ?? intent);
    if (!first.hasAttribute("data-now")) first.textContent = first.dataset.words; // after the reveal: team.js
  });
  return whole;
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

// A card that helps a team in its room: questions for a team that is stuck, and what to listen for.
/** @param {M.CuesView} arg */
function cueCard({ listen, stuck, quick }) {
  return h("details", { class: "ck-cue" }, h("summary", {}, "If your team is stuck"),
    h("p", {}, "Ask: ", h("q", {}, stuck)),
    listen.length > 0 && h("p", {}, "Listen for:"),
    listen.length > 0 && h("ul", {}, listen.map(({ signal, ask }) => h("li", {}, signal, " Ask: ", h("q", {}, ask)))),
    h("p", {}, "If you finish early, ask: ", h("q", {}, quick)));
}

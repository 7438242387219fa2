// What introduces an exercise is folded in the focus view, so that the exercise begins on the first screen: text with what else
// is read once in its form, and a document in a line above it. Headings stay, and so does what a notebook shows that is no text.
// The step before the exercises is about the session: all of it is folded.
import { h } from "../shared/dom.js";
/** @import { Step } from "./steps.js" */

const WORDS_A_MINUTE = 200; // as in the time budget of a session

/**
 * @param {Step} step
 * @returns {HTMLDetailsElement[]}
 */
export function foldBackground({ element, segment }) {
  const form = element.querySelector(":scope > [data-exercise]");
  if (!form) return segment ? [] : foldOpening(element);
  const before = [...element.children].slice(0, [...element.children].indexOf(form));
  const texts = before.filter((one) => one.matches(".ck-prose")).map(takeText).filter((one) => one.childElementCount);
  const documents = before.filter((one) => one.querySelector(":scope > .ck-view"));
  const folds = documents.map((one) => fold(one.querySelector("h2, h3, h4")?.textContent ?? "Earlier answers", one));
  if (texts.length) folds.unshift(fold(`Background (${readingTime(texts)})`, ...texts));
  form.before(...folds);
  return folds;
}

/** @param {HTMLElement} element */
function foldOpening(element) {
  /** @type {NodeListOf<HTMLElement>} */
  const shown = element.querySelectorAll(":scope > :is(.ck-prose, .ck-shown)");
  const texts = [...shown];
  if (!texts.length) return [];
  const opening = fold(`About this session (${readingTime(texts)})`);
  texts[0].before(opening);
  opening.append(...texts);
  return [opening];
}

// Text is in the form's fold in the focus view, and before the form on the whole page.
/**
 * @param {Step} step
 * @param {boolean} isWhole
 */
export function placeBackground({ element }, isWhole) {
  const background = /** @type {HTMLDetailsElement | null} */ (element.querySelector(".ck-background:has(> .ck-prose)"));
  const form = element.querySelector(":scope > [data-exercise]");
  if (!background || !form) return;
  const slot = isWhole ? null : form.querySelector(".ck-more-background");
  if (slot && background.parentElement !== slot) slot.append(background);
  else if (!slot && form.contains(background)) form.before(background);
  background.open = isWhole || slot !== null; // in the form, it is within a fold
}

// What a piece of prose says after its headings.
/** @param {Element} prose */
function takeText(prose) {
  const text = h("div", { class: "ck-prose" }, ...[...prose.children].filter((one) => !one.matches("h1, h2")));
  if (!prose.childElementCount) prose.remove();
  return text;
}

/**
 * @param {string} title
 * @param {...Element} content
 */
function fold(title, ...content) {
  return h("details", { class: "ck-background" }, h("summary", {}, title), content);
}

/** @param {HTMLElement[]} texts */
function readingTime(texts) {
  const words = texts.map(({ textContent }) => textContent ?? "").join(" ").trim().split(/\s+/).length;
  const minutes = Math.max(1, Math.round(words / WORDS_A_MINUTE));
  return minutes === 1 ? "1 minute to read" : `${minutes} minutes to read`;
}

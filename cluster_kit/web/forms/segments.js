// A choice in a table's cell: radio buttons that look like the segments of one control. One click answers.
import { elementId, h } from "../shared/dom.js";
/** @import * as T from "./types.js" */

const MOST_SEGMENTS = 7;

// Whether a choice is short enough. Options from answers may become many, and words of one's own need a box.
/** @param {T.FieldPrompt} prompt */
export function fitsSegments(prompt) {
  if (prompt.kind === "rating") return prompt.scale.length + prompt.off_scale.length <= MOST_SEGMENTS;
  return prompt.kind === "choice" && !prompt.many && !prompt.other && !prompt.live && prompt.options.length <= MOST_SEGMENTS;
}

/**
 * @param {T.FieldPrompt} prompt
 * @returns {string[]}
 */
export function labelsOf(prompt) {
  return (prompt.kind === "rating" ? [...prompt.scale, ...prompt.off_scale] : prompt.options).map((/** @type {{label: string}} */ { label }) => label);
}

/**
 * Uncheck the radio buttons in `box` as a change by the user, and move the focus to the first one.
 * @param {HTMLElement} box
 * @param {HTMLInputElement[]} radios
 */
export function clearRadios(box, radios) {
  for (const radio of radios) radio.checked = false;
  radios[0].focus();
  for (const type of ["input", "change"]) box.dispatchEvent(new Event(type, { bubbles: true }));
}

/**
 * @param {T.ChoiceOption[]} options
 * @returns {T.Control}
 */
export function buildSegments(options) {
  const name = elementId("segments");
  const radios = options.map((option) => h("input", { type: "radio", name, id: elementId("segment"), value: option.id }));
  const box = h("div", { class: "ck-segments", role: "radiogroup" }, options.map((option, at) =>
    h("label", { class: "ck-segment-option", for: radios[at].id }, radios[at], h("span", {}, option.label))));
  const clear = h("button", { type: "button", class: "ck-quiet ck-segments-clear", onclick: () => clearRadios(box, radios) }, "Clear");
  const show = () => clear.classList.toggle("ck-unused", !radios.some((radio) => radio.checked));
  box.addEventListener("input", show);
  const read = () => ({ value: options.find((_, at) => radios[at].checked)?.id ?? null });
  /** @param {string | number | null} value */
  const write = (value) => {
    for (const [at, radio] of radios.entries()) radio.checked = options[at].id === value;
    show();
  };
  show();
  return { nodes: [box, clear], targets: radios, group: true, box, clear, read, write };
}

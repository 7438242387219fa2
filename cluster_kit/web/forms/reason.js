// Ask for the reason of a choice off the scale, such as "Does not apply here", in the field that holds the reason.
import { elementId, h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import { Field } from "./field.js" */

const ASK = "You chose “Does not apply here, because …”. Say in a few words why.";

// The answer is saved without a reason, too; the request stays until there is one.
/**
 * @param {T.Form} form
 * @param {Field} rating
 * @param {Field} reason
 */
export function askForReason(form, rating, reason) {
  const { store } = form;
  const isWanted = () => needsReason(rating.prompt, store.value(rating.address)) && !String(store.value(reason.address) ?? "").trim();
  const refresh = askBelow(form, reason, ASK, isWanted, () => rating.element.contains(document.activeElement));
  store.watch(rating.address, () => refresh());
  store.watch(reason.address, () => refresh());
}

// A request below the label of the field that holds a reason. Returns the function that shows or hides it; a new request
// is announced if `isHere`, where the person is working.
/**
 * @param {T.Form} form
 * @param {Field} reason
 * @param {string} words
 * @param {() => boolean} isWanted
 * @param {() => boolean} isHere
 * @returns {(isNew?: boolean) => void}
 */
export function askBelow(form, reason, words, isWanted, isHere) {
  const ask = h("p", { class: "ck-ask", id: elementId("ask"), hidden: true });
  const label = reason.element.querySelector(".ck-label");
  if (label) label.after(ask);
  else reason.element.prepend(ask);
  reason.describe(ask.id);
  /** @param {boolean} [isNew] */
  const refresh = (isNew = true) => {
    const wanted = isWanted();
    if (wanted === !ask.hidden) return;
    ask.hidden = !wanted;
    ask.textContent = wanted ? words : "";
    if (wanted && isNew && isHere()) form.announce(words);
  };
  refresh(false);
  return refresh;
}

// Connect the ratings of a table's row with the columns that hold their reasons.
/**
 * @param {T.Form} form
 * @param {Field[]} fields
 */
export function askForReasons(form, fields) {
  for (const rating of fields.filter(({ prompt }) => prompt.because)) {
    const reason = fields.find(({ prompt }) => prompt.id === rating.prompt.because);
    if (reason) askForReason(form, rating, reason);
  }
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {any} value
 */
function needsReason(prompt, value) {
  return prompt.off_scale.some((/** @type {M.OffScaleView} */ choice) => choice.id === value && choice.asks_reason);
}

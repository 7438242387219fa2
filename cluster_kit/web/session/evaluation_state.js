// What this browser remembers of a person's evaluation of a session: a ballot until the form is sent, then only that it
// was sent; and that the person chose to skip the offer.
/** @import * as T from "./types.js" */

/** @param {string} keep */
const keyOf = (keep) => `cluster-kit:${keep}:evaluation`;

/**
 * @param {string} keep
 * @returns {T.EvaluationState}
 */
export function readEvaluationState(keep) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(keep)) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * @param {string} keep
 * @param {T.EvaluationState} state
 */
export function saveEvaluationState(keep, state) {
  try {
    localStorage.setItem(keyOf(keep), JSON.stringify(state));
  } catch {
    // Without storage, the ballot is lost when the page is closed.
  }
}

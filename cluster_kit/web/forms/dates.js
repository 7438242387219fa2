// A date as a deadline: what cannot be is a problem, and what is unlikely is a question beside the field.
import { elementId, h } from "../shared/dom.js";
/** @import * as T from "./types.js" */

const FIRST_YEAR = 1990;
const LAST_YEAR = 2100;
const IMPOSSIBLE = "This is not a whole date, or the day does not exist. Give a month, a day, and a year, such as 03/15/2027.";

/**
 * @param {T.FieldPrompt} prompt
 * @returns {T.Control}
 */
export function buildDate(prompt) {
  const input = h("input", { id: elementId("date"), type: "date", min: prompt.minimum || `${FIRST_YEAR}-01-01`, max: prompt.maximum || `${LAST_YEAR}-12-31` });
  const read = () => {
    // An incomplete or impossible date has no value, which must not look like an empty field.
    if (input.validity.badInput) return { value: null, problem: IMPOSSIBLE };
    return { value: input.value || null, problem: input.value ? findDateProblem(prompt, input.value) : "" };
  };
  /** @param {string | null} value */
  const write = (value) => (input.value = value ?? "");
  let wasBad = false;
  // Browsers send no input event for what is no date.
  input.addEventListener("blur", () => {
    if (input.validity.badInput !== wasBad) input.dispatchEvent(new Event("input", { bubbles: true }));
    wasBad = input.validity.badInput;
  });
  /** @param {string | null} value */
  const question = (value) => (value && !findDateProblem(prompt, value) ? askAboutDate(prompt, value, new Date()) : "");
  return { nodes: [input], targets: [input], typed: true, patient: true, read, write, question };
}

// Why a date cannot be saved, or "".
/**
 * @param {T.FieldPrompt} prompt
 * @param {string} value
 */
function findDateProblem(prompt, value) {
  const year = Number(value.split("-")[0]);
  if (year < FIRST_YEAR || year > LAST_YEAR) return `The year ${year} is not between ${FIRST_YEAR} and ${LAST_YEAR}. Check the year.`;
  if (prompt.minimum && value < prompt.minimum) return `Choose ${formatDay(prompt.minimum)} or a later day.`;
  if (prompt.maximum && value > prompt.maximum) return `Choose ${formatDay(prompt.maximum)} or an earlier day.`;
  return "";
}

// A question about a date that is before today, or farther away than the prompt expects; "" if there is none.
/**
 * @param {T.FieldPrompt} prompt
 * @param {string} value
 * @param {Date} now
 */
function askAboutDate(prompt, value, now) {
  const today = isoDay(now);
  if (!prompt.past && value < today) return `${formatDay(value)}, is before today. Is this the day that you mean?`;
  const years = prompt.within_years ?? 5;
  const latest = isoDay(new Date(now.getFullYear() + years, now.getMonth(), now.getDate()));
  const span = years === 1 ? "a year" : `${years} years`;
  return value > latest ? `${formatDay(value)}, is more than ${span} away. Is this the day that you mean?` : "";
}

/** @param {Date} day */
function isoDay(day) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** @param {string} value */
function formatDay(value) {
  const [year, month, day] = value.split("-").map(Number);
  return new Date(year, month - 1, day).toLocaleDateString("en-US", { month: "long", day: "numeric", year: "numeric" });
}

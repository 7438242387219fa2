// A field with a limit of characters. Nothing is cut: what is typed or pasted stays in the field, the words beside it say
// how many characters are left or too many, and the form is not sent until the text fits.
import { elementId, h } from "./dom.js";

const WARNING_LENGTH = 200; // characters left
const WARNING_PART = 4; // or a quarter of a short limit

/** @typedef {HTMLInputElement | HTMLTextAreaElement} LimitedField */

/** @type {WeakMap<LimitedField, {longest: number, subject: string, remaining: HTMLElement}>} */
const limits = new WeakMap();

// Limit a field. Returns the element with the characters that are left. `subject` begins the sentence of a refusal.
/**
 * @param {LimitedField} field
 * @param {number} longest
 * @param {string} subject
 */
export function limitLength(field, longest, subject) {
  const remaining = h("span", { class: "ck-length-left", id: elementId("left") });
  const described = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", described ? `${described} ${remaining.id}` : remaining.id);
  limits.set(field, { longest, subject, remaining });
  field.addEventListener("input", () => updateRemaining(field));
  updateRemaining(field);
  return remaining;
}

// Count again, after a program has changed the text.
/** @param {LimitedField} field */
export function updateRemaining(field) {
  const limit = limits.get(field);
  if (!limit) return;
  const left = limit.longest - lengthOf(field);
  const isNear = left < Math.min(WARNING_LENGTH, limit.longest / WARNING_PART);
  const isOver = left < 0;
  limit.remaining.ariaLive = isOver && field.ariaInvalid !== "true" ? "polite" : "off"; // said once, when it becomes too long
  field.ariaInvalid = String(isOver);
  limit.remaining.textContent = isOver ? `${inWords(-left)} too many` : isNear ? `${inWords(left)} left` : "";
}

// Why the text does not fit, or an empty string.
/** @param {LimitedField} field */
export function explainExcess(field) {
  const limit = limits.get(field);
  const length = lengthOf(field);
  if (!limit || length <= limit.longest) return "";
  const [most, has] = [limit.longest, length].map((number) => number.toLocaleString("en-US"));
  return `${limit.subject} has room for ${most} characters, and this has ${has}. Shorten it; it is kept meanwhile.`;
}

// The server counts characters, not the units of UTF-16.
/** @param {LimitedField} field */
function lengthOf(field) {
  return [...field.value.trim()].length;
}

/** @param {number} number */
function inWords(number) {
  return `${number.toLocaleString("en-US")} character${number === 1 ? "" : "s"}`;
}

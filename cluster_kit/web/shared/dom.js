// Helpers for elements, element ids, answer ids, and times in words.
/** @import * as S from "./types.js" */

const JUST_NOW_MS = 60_000;

// A page may have several forms, each with its own copy of this module: the prefix keeps their ids distinct.
const ID_PREFIX = `ck-${Math.random().toString(36).slice(2, 8)}`;
let idCount = 0;

// Browsers break "K-12" after its hyphen. The hyphen stays as it is, for people who copy or search the text.
const TOGETHER = /(\b[A-Z]{1,3}-\d+\b)/;
const PLAIN = new Set(["option", "textarea", "title"]);

// Create an element with attributes, listeners ("onclick"), and children. Strings become text, never markup.
/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {S.Attributes} [attributes]
 * @param {...S.Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") element.style.cssText = String(value); // the content security policy forbids the attribute
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const shown = /** @type {unknown[]} */ (children).flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
  element.append(.../** @type {Array<Node | string>} */ (PLAIN.has(tag) ? shown : shown.flatMap((child) => (typeof child === "string" ? typeset(child) : child))));
  return element;
}

// Text in which terms such as "K-12" stay on one line.
/**
 * @param {string} text
 * @returns {Array<HTMLElement | string>}
 */
export function typeset(text) {
  const parts = text.split(TOGETHER);
  return parts.length === 1 ? [text] : parts.map((part, at) => (at % 2 ? h("span", { class: "ck-together" }, document.createTextNode(part)) : part)).filter(Boolean);
}

// An element id that is unique on the page.
/** @param {string} name */
export function elementId(name) {
  idCount += 1;
  return `${ID_PREFIX}-${name}-${idCount}`;
}

// An id for an answer or a row. randomUUID exists on https and localhost only.
export function mintId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// "1:07 p.m.", or with the zone's name "1:07 p.m. EDT", in this computer's time zone or another.
/**
 * @param {Date | string | number} at
 * @param {{timeZone?: string, isNamed?: boolean}} [zone]
 */
export function timeOfDay(at, { timeZone, isNamed = false } = {}) {
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ hour: "numeric", minute: "2-digit", timeZone, ...(isNamed && { timeZoneName: "short" }) });
  return new Intl.DateTimeFormat("en-US", options).format(new Date(at)).replace(/\s?AM/, " a.m.").replace(/\s?PM/, " p.m.");
}

// "just now", and after a minute "at 1:07 p.m." or "on Feb 16 at 1:07 p.m.". An element, because the text must be
// updated.
/** @param {string} at */
export function sinceWhen(at) {
  const el = h("span", {}, atWhen(at));
  const left = JUST_NOW_MS - (Date.now() - Date.parse(at));
  if (left > 0) {
    el.textContent = "just now";
    setTimeout(() => (el.textContent = atWhen(at)), Math.min(left, JUST_NOW_MS));
  }
  return el;
}

// "at 1:07 p.m." or, on another day, "on Feb 16 at 1:07 p.m.".
/** @param {string} at */
export function atWhen(at) {
  const when = new Date(at);
  if (when.toDateString() === new Date().toDateString()) return `at ${timeOfDay(when)}`;
  const day = when.toLocaleDateString("en-US", { month: "short", day: "numeric" });
  return `on ${day} at ${timeOfDay(when)}`;
}

const LIST = new Intl.ListFormat("en-US");

// Words as a list in a sentence: "Ana and Ben", "Ana, Ben, and Cho".
/** @param {Iterable<string>} words */
export function joinWords(words) {
  return LIST.format(words);
}

// Whether two answers are equal, regardless of key order.
/**
 * @param {any} one
 * @param {any} other
 */
export function same(one, other) {
  return canonical(one ?? null) === canonical(other ?? null);
}

/** @param {any} value */
function canonical(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

// A link to another site. It opens a new tab, and its name says so; what is copied from the page does not.
/**
 * @param {string} address
 * @param {string} words
 * @param {S.Attributes} [attributes]
 */
export function externalLink(address, words, attributes = {}) {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer", "aria-label": `${words} (opens in a new tab)`, ...attributes }, words);
}

// Mark a field as invalid and tie the text that says why to it, or take both back.
/**
 * @param {HTMLElement} field
 * @param {HTMLElement} problem
 * @param {boolean} isInvalid
 */
export function setInvalid(field, problem, isInvalid) {
  problem.id ||= elementId("problem");
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== problem.id);
  const described = isInvalid ? [...others, problem.id] : others;
  if (described.length) field.setAttribute("aria-describedby", described.join(" "));
  else field.removeAttribute("aria-describedby");
  if (isInvalid) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}

// Show these children. One that says the same as before stays, so that the focus and the reading position stay, too.
/**
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
export function updateChildren(parent, children) {
  const before = /** @type {HTMLElement[]} */ ([...parent.children]);
  const after = children.map((child) => {
    const place = before.findIndex((old) => old.outerHTML === child.outerHTML);
    return place < 0 ? child : before.splice(place, 1)[0];
  });
  for (const old of before) old.remove();
  for (const [place, el] of after.entries()) {
    if (parent.children[place] !== el) parent.insertBefore(el, parent.children[place] ?? null);
  }
}

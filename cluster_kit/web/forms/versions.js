// A conflict between answers to one question: the versions with authors and times, and the ways to settle it.
import { OTHER_PREFIX } from "./completeness.js";
import { inWords } from "./controls.js";
import { elementId, h, sinceWhen } from "../shared/dom.js";
/** @import * as T from "./types.js" */

// `choose(value)` settles on a value; `combine(value)` puts a value into the field to be edited. `notice` says what
// happened to the last choice.
/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Versions} versions
 * @param {{choose: (value: any) => void, combine: (value: any) => void}} actions
 * @param {string} [notice]
 */
export function buildVersions(prompt, { mine, others }, { choose, combine }, notice = "") {
  const title = elementId("versions");
  const isMine = "sent" in mine || mine.mine;
  const all = [mine, ...others];
  const together = others.length && combined(prompt, all.map((version) => version.value));
  return h("div", { class: "ck-versions", role: "group", "aria-labelledby": title },
    h("p", { class: "ck-versions-title", id: title }, `There are ${all.length === 2 ? "two" : all.length} answers. Which should your team keep?`),
    notice && h("p", { class: "ck-versions-notice" }, notice),
    h("div", { class: "ck-versions-list" }, all.map((version) =>
      buildVersion(prompt, version, label(version, isMine, others.length, version === mine), () => choose(version.value)))),
    together !== null && h("button", { type: "button", class: "ck-button", onclick: () => combine(together) }, "Combine", hiddenLabel(prompt)),
    together !== null && h("p", { class: "ck-option-help" }, "Combine puts them together in the field, for you to edit."));
}

// A key for the panel, which is rebuilt only when the key changes.
/** @param {T.Versions | null} versions */
export function versionsKey(versions) {
  return versions ? [versions.mine, ...versions.others].map((version) => version.id).join() : "";
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Entry | T.Answer} version
 * @param {string} name
 * @param {() => void} onclick
 */
function buildVersion(prompt, version, name, onclick) {
  const who = "sent" in version ? "You, just now" : [`${version.mine ? "You" : version.who}, `, sinceWhen(version.at)];
  return h("div", { class: "ck-version" },
    h("p", { class: "ck-who" }, who),
    h("p", { class: "ck-words", dir: "auto" }, inWords(prompt, version.value)),
    h("button", { type: "button", class: "ck-button", onclick }, name, hiddenLabel(prompt)));
}

// Several fields may show versions, so the button's accessible name includes the question.
/** @param {T.FieldPrompt} prompt */
function hiddenLabel(prompt) {
  return h("span", { class: "ck-hidden" }, `: ${prompt.label}`);
}

/**
 * @param {T.Entry | T.Answer} version
 * @param {boolean} hasMine
 * @param {number} others
 * @param {boolean} isFirst
 */
function label(version, hasMine, others, isFirst) {
  if ("sent" in version) return "Keep mine";
  if (version.mine) return hasMine && !isFirst ? "Keep my other answer" : "Keep mine";
  return hasMine && others === 1 ? "Use theirs" : `Use ${version.who}’s`;
}

// Several answers combined into one, or null if that is not possible.
/**
 * @param {T.FieldPrompt} prompt
 * @param {any[]} values
 * @returns {any}
 */
function combined(prompt, values) {
  if (prompt.kind === "text") return values.filter(Boolean).join("\n");
  if (prompt.kind !== "choice" || !prompt.many) return null;
  const all = [...new Set(values.flatMap((value) => value ?? []))];
  const own = all.filter((one) => one.startsWith(OTHER_PREFIX)).map((one) => one.slice(OTHER_PREFIX.length));
  const known = all.filter((one) => !one.startsWith(OTHER_PREFIX));
  return own.length ? [...known, `${OTHER_PREFIX}${own.join("; ")}`] : known;
}

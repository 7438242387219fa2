// Two people answered one question differently: both answers, who gave them and when, and the ways to settle it.
import { inWords } from "./controls.js";
import { elementId, h, sinceWhen } from "../shared/dom.js";
/** @import * as T from "./types.js" */

// `choose(value)` settles on a value; `combine(value)` puts a value into the field to be edited.
/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Versions} arg1
 * @param {{choose: (value: any) => void, combine: (value: any) => void}} arg2
 */
export function buildVersions(prompt, { mine, others }, { choose, combine }) {
  const title = elementId("versions");
  const isMine = "sent" in mine || mine.mine;
  const all = [mine, ...others];
  const together = others.length && combined(prompt, all.map((version) => version.value));
  return h("div", { class: "ck-versions", role: "group", "aria-labelledby": title },
    h("p", { class: "ck-versions-title", id: title }, `${all.length === 2 ? "Two" : all.length} answers stand here. Which should your team keep?`),
    h("div", { class: "ck-versions-list" }, all.map((version) =>
      oneVersion(prompt, version, label(version, isMine, others.length), () => choose(version.value)))),
    together !== null && h("button", { type: "button", class: "ck-button", onclick: () => combine(together) }, "Combine", asWhat(prompt)),
    together !== null && h("p", { class: "ck-option-help" }, "Combine puts them together in the field, for you to edit."));
}

// What must stay the same for the panel to stay as it is.
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
function oneVersion(prompt, version, name, onclick) {
  const who = "sent" in version ? "You, just now" : [`${version.mine ? "You" : version.who}, `, sinceWhen(version.at)];
  return h("div", { class: "ck-version" },
    h("p", { class: "ck-who" }, who),
    h("p", { class: "ck-words", dir: "auto" }, inWords(prompt, version.value)),
    h("button", { type: "button", class: "ck-button", onclick }, name, asWhat(prompt)));
}

// Several fields may ask for a choice between versions: whoever hears only the button hears which one it is about.
/** @param {T.FieldPrompt} prompt */
function asWhat(prompt) {
  return h("span", { class: "ck-hidden" }, `: ${prompt.label}`);
}

/**
 * @param {T.Entry | T.Answer} version
 * @param {boolean} someAreMine
 * @param {number} others
 */
function label(version, someAreMine, others) {
  if ("sent" in version || version.mine) return "Keep mine";
  return someAreMine && others === 1 ? "Use theirs" : `Use ${version.who}’s`;
}

// Several answers as one, or null where that makes no sense.
/**
 * @param {T.FieldPrompt} prompt
 * @param {any[]} values
 * @returns {any}
 */
function combined(prompt, values) {
  if (prompt.kind === "text") return values.filter(Boolean).join("\n");
  if (prompt.kind !== "choice" || !prompt.many) return null;
  const all = [...new Set(values.flatMap((value) => value ?? []))];
  const own = all.filter((one) => one.startsWith("other:")).map((one) => one.slice("other:".length));
  const known = all.filter((one) => !one.startsWith("other:"));
  return own.length ? [...known, `other:${own.join("; ")}`] : known;
}

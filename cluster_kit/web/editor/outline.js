// The list of what can be edited: the session, its segments, and their exercises in order.
import { h } from "../shared/dom.js";
import { orderButtons } from "./fields.js";
/** @import * as E from "./types.js" */
/** @import { Page } from "./fields.js" */

// What an exercise is called here: its id, or that of the shared exercise.
/** @param {E.Entry} entry */
export function nameOf(entry) {
  return /** @type {string} */ (entry.id ?? entry.use);
}

/**
 * @param {E.Entry} entry
 * @param {string} name
 * @param {Record<string, E.Entry>} shared
 * @param {string} [standard]
 */
export function keyOrShared(entry, name, shared, standard = "") {
  return entry[name] ?? (entry.use ? shared[entry.use]?.[name] : undefined) ?? standard;
}

// `problems` counts them by what is selected; `times` are the segments' times by kind.
/**
 * @param {Page & {choose: (what: string) => void}} page
 * @param {E.Entry} data
 * @param {Record<string, E.Entry>} shared
 * @param {string} selected
 * @param {Map<string, number>} problems
 * @param {E.SegmentTime[]} times
 * @param {boolean} locked
 */
export function outline(page, data, shared, selected, problems, times, locked) {
  const exercises = /** @type {E.Entry[]} */ (data.exercises ?? []);
  const button = (/** @type {string} */ what, /** @type {string} */ label, /** @type {string} */ note) => h("button", {
    type: "button", class: "ck-edit-choose", "aria-current": what === selected ? "true" : null, "data-focus": `outline/${what}`,
    onclick: () => page.choose(what),
  }, h("span", { class: "ck-edit-choose-title" }, label), note && h("span", { class: "ck-edit-choose-note" }, note), badge(problems.get(what) ?? 0));
  const row = (/** @type {E.Entry} */ entry, /** @type {((entry: any) => boolean) | undefined} */ counts) => {
    const label = keyOrShared(entry, "title", shared, nameOf(entry));
    return h("li", {}, button(nameOf(entry), label, timeNote(entry, shared)),
      !locked && orderButtons(page, exercises, entry, `order/${nameOf(entry)}`, label, null, counts));
  };
  if (!data.segments) return h("ol", { class: "ck-edit-outline" }, exercises.map((entry) => row(entry, undefined)));
  return h("ol", { class: "ck-edit-outline" },
    h("li", {}, button("session", "About the session", "")),
    data.segments.map((/** @type {E.Entry} */ segment, /** @type {number} */ index) => {
      const here = (/** @type {E.Entry} */ entry) => keyOrShared(entry, "segment", shared) === segment.kind;
      const time = times.find((one) => one.kind === segment.kind);
      const note = time ? `${Math.round(time.needed * 10) / 10} of ${time.minutes} min.` : `${segment.minutes} min.`;
      return h("li", { class: time && time.needed > time.minutes + 1e-9 ? "ck-edit-overfull" : "" },
        button(`segments.${index + 1}`, segment.title ?? segment.kind, note),
        h("ol", {}, exercises.filter(here).map((entry) => row(entry, here))));
    }));
}

/**
 * @param {E.Entry} entry
 * @param {Record<string, E.Entry>} shared
 */
function timeNote(entry, shared) {
  const when = keyOrShared(entry, "when", shared, "session");
  if (when === "session") return `${keyOrShared(entry, "minutes", shared, "0")} min.`;
  return `${keyOrShared(entry, "about_minutes", shared, "0")} min. ${when === "prework" ? "before" : "after"}`;
}

/** @param {number} count */
function badge(count) {
  return count > 0 && h("span", { class: "ck-edit-badge" }, `${count} ${count === 1 ? "problem" : "problems"}`);
}

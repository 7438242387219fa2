// The time budget of an exercise and of its segment, in words and as meters.
import { h } from "../shared/dom.js";
/** @import * as E from "./types.js" */

/** @param {number} minutes */
function minutesInWords(minutes) {
  const shown = Math.round(minutes * 10) / 10;
  return `${shown} ${shown === 1 ? "minute" : "minutes"}`;
}

// A use of minutes with its limit: the meter is red above it.
/**
 * @param {string} title
 * @param {number} needed
 * @param {number} given
 * @param {Array<[string, number]>} parts
 */
function budget(title, needed, given, parts) {
  const over = needed > given + 1e-9;
  const verdict = over ? `${minutesInWords(needed - given)} too many` : `${minutesInWords(given - needed)} left`;
  return h("div", { class: `ck-edit-budget${over ? " ck-edit-over" : ""}` },
    h("p", { class: "ck-edit-budget-title" }, h("b", {}, title), ` ${minutesInWords(needed)} of ${given}: ${verdict}`),
    h("div", { class: "ck-edit-bar", "aria-hidden": "true" }, parts.filter(([, minutes]) => minutes > 0).map(([name, minutes], index) =>
      h("span", { class: `ck-edit-part-${index}`, style: `flex-grow: ${minutes}`, title: `${name}: ${minutesInWords(minutes)}` })),
      given > needed && h("span", { class: "ck-edit-part-left", style: `flex-grow: ${given - needed}` })),
    h("ul", { class: "ck-edit-parts" }, parts.filter(([, minutes]) => minutes > 0).map(([name, minutes], index) =>
      h("li", {}, h("span", { class: `ck-edit-swatch ck-edit-part-${index}`, "aria-hidden": "true" }), `${name} ${Math.round(minutes * 10) / 10}`))));
}

/** @param {E.ExerciseTime | undefined} time */
export function exerciseBudget(time) {
  const { room = null, alone = null } = time ?? {};
  return [
    room && budget("This exercise, in the room:", room.needed, room.given, [["Finding it", room.find], ["Reading", room.read], ["Talking", room.talk], ["Answering", room.write]]),
    alone && budget("Outside of the room:", alone.needed, alone.given, [["Reading and answering", alone.needed]]),
  ];
}

/**
 * @param {string} title
 * @param {E.SegmentTime} time
 */
export function segmentBudget(title, time) {
  return budget(`Segment “${title}”:`, time.needed, time.minutes, [["Facilitator", time.host], ["Moving between rooms", time.moving], ["Exercises", time.given], ["Buffer", time.buffer]]);
}

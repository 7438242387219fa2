// Times of the shared screen: countdowns, and times of day in two zones.
import { timeOfDay } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const ZONE_KEY = "cluster-kit:screen-zone";
const NO_BREAK = "\u00a0";
const COUNTDOWN_MS = 60 * 60 * 1000; // earlier, the day and time say more
export const ZONES = ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "Pacific/Guam", "America/Puerto_Rico"];

// "12:04", or "1:02:04" from an hour on. Never negative.
/** @param {number} ms */
export function minutesSeconds(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

// The countdown that matters now, or null: to the start, or to the end of the exercise or the segment.
/**
 * @param {M.ScreenEvent} view
 * @param {number} now
 * @returns {T.Countdown | null}
 */
export function findCountdown(view, now) {
  if (view.ended) return null;
  if (!view.began) {
    const until = Date.parse(view.starts_at ?? "");
    return until - now <= COUNTDOWN_MS ? { until, label: "We begin in" } : null;
  }
  const exercise = view.scene === "exercise" ? shownExercise(view) : undefined;
  if (exercise?.is_now && exercise.ends_at && Date.parse(exercise.ends_at) > now) {
    return { until: Date.parse(exercise.ends_at), label: "left for this exercise" };
  }
  return view.segment_ends_at ? { until: Date.parse(view.segment_ends_at), label: "left in this part" } : null;
}

// The exercise of the scene: the one that was chosen, or the current one.
/** @param {M.ScreenEvent} view */
export function shownExercise(view) {
  return view.exercises.find(({ id }) => id === view.item) ?? view.exercises.find((one) => one.is_now);
}

// "1:27 p.m. EDT · 10:27 a.m. PDT": the time here, and in the second zone if it differs. It wraps between the two only.
/** @param {string | number} at */
export function timeInZones(at) {
  const here = screenTime(at);
  const there = screenTime(at, secondZone());
  return here === there ? here : `${here}${NO_BREAK}· ${there}`;
}

// "Tuesday, February 16".
/** @param {string} at */
export function dayOf(at) {
  return new Date(at).toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" });
}

// "1:27 p.m." without a zone; "1:27 p.m. EDT" with one. It does not wrap.
/**
 * @param {string | number} at
 * @param {string} [timeZone]
 * @param {boolean} [isNamed]
 */
export function screenTime(at, timeZone, isNamed = true) {
  return timeOfDay(at, { timeZone, isNamed }).replace(/\s/g, NO_BREAK);
}

// The zone that was chosen on this computer, or the series' own; if that is the same as here, another one.
export function secondZone() {
  const chosen = localStorage.getItem(ZONE_KEY);
  if (chosen && ZONES.includes(chosen)) return chosen;
  const now = Date.now();
  const own = document.documentElement.dataset.zone ?? ZONES[0];
  return [own, "America/Los_Angeles", "America/New_York"].find((zone) => timeOfDay(now, { timeZone: zone }) !== timeOfDay(now)) ?? own;
}

/** @param {string} zone */
export function chooseZone(zone) {
  localStorage.setItem(ZONE_KEY, zone);
}

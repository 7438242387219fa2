// The clocks of the run of show in words, in session time: at the speed of a rehearsal. Times of day are in this computer's zone.
import { timeOfDay } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

const DAY = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric" });

// Planned and actual minutes, and when the exercise ends; before the session, when that begins.
/**
 * @param {M.RunOfShowView} view
 * @param {number} elapsed
 */
export function describeTimes({ since, speed, scheduled, is_scheduled: isScheduled, place, left_s: left }, elapsed) {
  if (!since) return `Planned start: ${dayIfNotToday(Date.parse(scheduled))}${namedTime(Date.parse(scheduled))}`;
  const from = Date.parse(since);
  const partEnds = `${(left ?? 0) < elapsed ? "ended" : "ends"} ${namedTime(from + ((left ?? 0) * 1000) / speed)}`;
  if (!place) return partEnds.replace("e", "E");
  const changed = place.changed ? ` (${place.changed > 0 ? "+" : "−"}${Math.abs(place.changed)})` : "";
  const ends = namedTime(from + (place.left_s * 1000) / speed);
  const planned = isScheduled ? namedTime(Date.parse(place.planned_end)) : ends;
  const taken = minutesAndSeconds(place.taken_s + elapsed);
  const working = place.exercise_left_s;
  const participants = working === null || working === place.left_s ? "" : `Participants have until ${namedTime(from + (working * 1000) / speed)} · `;
  return `${place.minutes} min planned${changed}, ${taken} taken · ${participants}${place.left_s < elapsed ? "Time ended" : "Ends"} ${ends}${ends === planned ? "" : ` (planned ${planned})`} · part ${partEnds}`;
}

// The pace of the session, beside the clock of the exercise: they count different things, and never contradict each other.
/**
 * @param {{behind: number, isScheduled: boolean, isOver?: boolean, spare?: number}} arg in seconds; `isOver`: the exercise's
 *   time is over; `spare`: how much longer it may take without delaying the session
 */
export function paceInWords({ behind, isScheduled, isOver = false, spare = 0 }) {
  const minutes = Math.round(Math.abs(behind) / 60);
  const from = isScheduled ? "" : ", counted from your start";
  if (minutes > 0) return `Session ${minutes} minute${minutes === 1 ? "" : "s"} ${behind > 0 ? "behind" : "ahead"}${from}`;
  if (isOver && spare > 0) return `Session on time, with ${minutesAndSeconds(spare)} to spare in this part${from}`;
  return isOver && behind > 0 ? `Session less than a minute behind${from}` : `Session on time${from}`;
}

/** @param {number} seconds */
export function minutesAndSeconds(seconds) {
  const whole = Math.floor(Math.max(0, seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// "1:07 p.m. EDT".
/** @param {number} ms */
export function namedTime(ms) {
  return timeOfDay(ms, { isNamed: true });
}

/** @param {number} ms */
function dayIfNotToday(ms) {
  const day = DAY.format(ms);
  return day === DAY.format(Date.now()) ? "" : `${day}, `;
}

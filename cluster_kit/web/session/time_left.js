const MINUTE_MS = 60_000;
const PHONE = matchMedia("(max-width: 39.99rem)");

// The session time until a moment, in milliseconds: a rehearsal's minutes pass `speed` times as fast.
/**
 * @param {string} endsAt
 * @param {number} now
 * @param {number} speed
 */
export function sessionTimeUntil(endsAt, now, speed) {
  return (Date.parse(endsAt) - now) * speed;
}

// Whether time runs low: the last minute and beyond.
/** @param {number} ms */
export function isLow(ms) {
  return ms <= MINUTE_MS;
}

// Minutes in words, without urgency, and polite when time is over. On a phone they fit on a line with what is beside them.
/** @param {number} ms */
export function timeLeft(ms) {
  if (PHONE.matches) return shortTimeLeft(ms);
  if (ms > MINUTE_MS) {
    const minutes = Math.round(ms / MINUTE_MS);
    return minutes === 1 ? "1 minute left" : `${minutes} minutes left`;
  }
  if (ms > 0) return "Less than a minute left";
  return ms > -MINUTE_MS ? "Time is up. Finish your thought." : "A little over time. Finish your thought.";
}

/** @param {number} ms */
function shortTimeLeft(ms) {
  if (ms > MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min left`;
  if (ms > 0) return "Under 1 min";
  return ms > -MINUTE_MS ? "Time is up" : "Over time";
}

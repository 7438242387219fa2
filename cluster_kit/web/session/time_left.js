const MINUTE_MS = 60_000;

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

// Minutes in words, without urgency, and polite when time is over.
/** @param {number} ms */
export function timeLeft(ms) {
  if (ms > MINUTE_MS) {
    const minutes = Math.round(ms / MINUTE_MS);
    return minutes === 1 ? "1 minute left" : `${minutes} minutes left`;
  }
  if (ms > 0) return "Less than a minute left";
  return ms > -MINUTE_MS ? "Time is up. Finish your thought." : "A little over time. Finish your thought.";
}

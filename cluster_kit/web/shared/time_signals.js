// The moments of a clock that are announced: 5 minutes left, 1 minute left, and time is up.
/** @import * as S from "./types.js" */

/** @type {Array<S.AnnounceDetail & {at: number}>} */
const SIGNALS = [
  { at: 5 * 60_000, weight: "detail", sentence: "5 minutes left." },
  { at: 60_000, weight: "detail", sentence: "1 minute left." },
  { at: 0, weight: "essential", sentence: "Time is up." },
];

// The announcements of one clock, each once. A page that is loaded later, and more time, announce nothing by themselves.
export class TimeSignals {
  #ends = "";
  #left = Infinity;

  // The signal that is due now, with `left` milliseconds until `ends`; null if none is.
  /**
   * @param {string} ends
   * @param {number} left
   */
  next(ends, left) {
    const before = ends === this.#ends ? this.#left : left;
    [this.#ends, this.#left] = [ends, left];
    return SIGNALS.findLast(({ at }) => left <= at && at < before) ?? null;
  }
}

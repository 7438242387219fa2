// Reports the exercise in focus to the facilitator's console, and that something was typed; never the text.
/** @import * as T from "./types.js" */

const PAUSE_MS = 20000;
const MOVED_MS = 4000;
const SHORTEST_MS = 2000;

/** @param {T.PageConnection} connection */
export function reportPresence(connection) {
  const exercises = new Map(); // by form element
  const now = { exercise: "", active: false };
  let reported = { exercise: "", at: 0 };
  /** @type {number | undefined} */
  let timer;
  let speed = 1; // session minutes per minute; a rehearsal's console expects news sooner

  const report = () => {
    timer = undefined;
    if (!now.active && now.exercise === reported.exercise) return;
    connection.presence(now.exercise, now.active);
    reported = { exercise: now.exercise, at: Date.now() };
    now.active = false;
  };
  const soon = () => {
    if (timer !== undefined) return;
    const pause = Math.max(SHORTEST_MS, (now.exercise === reported.exercise ? PAUSE_MS : MOVED_MS) / speed);
    timer = setTimeout(report, Math.max(0, reported.at + pause - Date.now()));
  };
  connection.addEventListener("session_status", ({ detail }) => (speed = detail.speed ?? 1));
  addEventListener("ck:progress", ({ target, detail }) => exercises.set(target, detail.exercise));
  addEventListener("focusin", ({ target }) => {
    now.exercise = exercises.get(/** @type {Element} */ (target).closest(".ck-form")) ?? now.exercise;
    soon();
  });
  addEventListener("input", () => {
    now.active = true;
    soon();
  });
  // A new connection has no earlier reports.
  connection.addEventListener("open", () => {
    reported.exercise = "";
    if (now.exercise) soon();
  });
}

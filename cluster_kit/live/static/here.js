// Tells the facilitator's console what somebody is at: the exercise that has the focus, and that something was typed. Not what.

const PAUSE_MS = 20000;
const MOVED_MS = 4000;

export function sayWhere(floor) {
  const exercises = new Map(); // a form: its exercise
  const now = { exercise: "", active: false };
  let told = { exercise: "", at: 0 };
  let timer;

  const tell = () => {
    timer = undefined;
    if (!now.active && now.exercise === told.exercise) return;
    floor.here(now.exercise, now.active);
    told = { exercise: now.exercise, at: Date.now() };
    now.active = false;
  };
  const soon = () => {
    const pause = now.exercise === told.exercise ? PAUSE_MS : MOVED_MS;
    timer ??= setTimeout(tell, Math.max(0, told.at + pause - Date.now()));
  };
  addEventListener("ck:progress", ({ target, detail }) => exercises.set(target, detail.exercise));
  addEventListener("focusin", ({ target }) => {
    now.exercise = exercises.get(target.closest(".ck-form")) ?? now.exercise;
    soon();
  });
  addEventListener("input", () => {
    now.active = true;
    soon();
  });
}

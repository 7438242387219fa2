// Exercises panel: progress, locks, and whether teams see the distribution of their own ratings.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, count, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {M.ExerciseProgressView} ExerciseItem */

const MOST_NAMES = 5;

/**
 * @param {Panel<M.ExercisesView>} panel
 * @returns {(view: M.ExercisesView) => void}
 */
function build(panel) {
  const [now, others] = [h("ul", { class: "ck-steps-list" }), h("ul", { class: "ck-steps-list" })];
  const fold = h("details", { class: "ck-steps-others" }, h("summary", {}, "Exercises of other parts"), others);
  panel.frame("Exercises", now, fold);
  return ({ exercises, present }) => {
    const items = exercises.map((one) => ({ key: one.id, ...one }));
    /** @param {ExerciseItem} one */
    const show = (one) => buildExercise(panel, one);
    /** @param {ExerciseItem} arg */
    const isNow = ({ segment }) => !present || segment === present;
    showList(now, items.filter(isNow), show, () =>
      h("li", { class: "ck-panel-quiet" }, "This part of the session has no exercise of its own."));
    showList(others, items.filter((one) => !isNow(one)), show);
    fold.hidden = items.every(isNow);
  };
}

/**
 * @param {Panel<M.ExercisesView>} panel
 * @param {ExerciseItem} one
 */
function buildExercise(panel, one) {
  const lock = () => panel.act("lock", { subject: one.id, value: { locked: !one.locked } });
  const reveal = () => panel.act("reveal", { subject: one.id, value: { revealed: !one.revealed } });
  return h("li", { class: "ck-steps-one" },
    h("div", { class: "ck-steps-head" },
      h("p", { class: "ck-steps-title" }, one.title, one.locked && h("strong", { class: "ck-steps-locked" }, "Locked")),
      button(one.locked ? "Unlock" : "Lock", lock, { name: "lock", about: one.title })),
    h("p", { class: "ck-panel-small" }, describeProgress(one)),
    one.asked > 0 && bar(one),
    one.rated && h("p", { class: "ck-panel-buttons" },
      button(one.revealed ? "Hide the ratings again" : "Show each team its ratings", reveal, { name: "reveal", about: `of ${one.title}` })));
}

/** @param {ExerciseItem} arg */
function describeProgress({ progress, begun, waiting, rated, revealed, revealed_to: some }) {
  const missing = begun > 0 && waiting.length > 0 && waiting.length <= MOST_NAMES && `Here, and not started: ${waiting.join(", ")}`;
  const spread = rated && (revealed ? "All teams see their own ratings" : some > 0 && `${count(some, "team")} see their own ratings`);
  return [progress, missing, spread].filter(Boolean).join(" · ");
}

// The text above as a bar, hidden from screen readers.
/** @param {ExerciseItem} arg */
function bar({ asked, begun, complete }) {
  /**
   * @param {number} number
   * @param {string} kind
   */
  const part = (number, kind) => {
    const el = h("span", { class: kind });
    el.style.inlineSize = `${Math.min(100, (100 * number) / asked)}%`;
    return el;
  };
  return h("div", { class: "ck-steps-bar", "aria-hidden": "true" }, part(complete, "ck-steps-done"), part(begun - complete, "ck-steps-begun"));
}

export default definePanel(build);

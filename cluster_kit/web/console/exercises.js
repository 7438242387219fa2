// The session's exercises: how far teams are, whether answers are taken, and whether teams see how their own ratings spread.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, count, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/**
 * @param {Panel<T.ExercisesView>} panel
 * @returns {(view: T.ExercisesView) => void}
 */
function build(panel) {
  const [now, others] = [h("ul", { class: "ck-steps-list" }), h("ul", { class: "ck-steps-list" })];
  const fold = h("details", { class: "ck-steps-others" }, h("summary", {}, "Exercises of other parts"), others);
  panel.frame("Exercises", now, fold);
  return ({ exercises, present, here }) => {
    const items = exercises.map((one) => ({ key: one.id, ...one, here }));
    /** @param {any} one */
    const show = (one) => buildExercise(panel, one);
    /** @param {any} arg */
    const isNow = ({ segment }) => !present || segment === present;
    showList(now, items.some(isNow) ? items.filter(isNow) : [NOTHING], show);
    showList(others, items.filter((one) => !isNow(one)), show);
    fold.hidden = items.every(isNow);
  };
}

/**
 * @param {Panel<T.ExercisesView>} panel
 * @param {any} one
 */
function buildExercise(panel, one) {
  if (!one.id) return h("li", { class: "ck-panel-quiet" }, "This part of the session has no exercise of its own.");
  const lock = () => panel.act("lock", { subject: one.id, value: { locked: !one.locked } });
  const reveal = () => panel.act("reveal", { subject: one.id, value: { revealed: !one.revealed } });
  return h("li", { class: "ck-steps-one" },
    h("div", { class: "ck-steps-head" },
      h("p", { class: "ck-steps-title" }, one.title, one.locked && h("strong", { class: "ck-steps-locked" }, "Locked")),
      button(one.locked ? "Unlock" : "Lock", lock, { name: "lock", about: one.title })),
    h("p", { class: "ck-panel-small" }, farInWords(one)),
    one.asked > 0 && bar(one),
    one.rated && h("p", { class: "ck-panel-buttons" },
      button(one.revealed ? "Hide the spread again" : "Reveal the spread to all teams", reveal, { name: "reveal", about: `of ${one.title}` })));
}

/** @param {any} arg */
function farInWords({ asked, begun, finished, here, rated, revealed, revealed_to: some }) {
  if (here > 0 && !asked) return "It is about earlier answers, and nobody here has given any";
  const who = asked < here ? "here that it asks something" : "here";
  const states = here > 0 ? `Of ${count(asked, "state")} ${who}, ${begun} have begun and ${finished} are done` : `${count(begun, "state")} begun, ${finished} done`;
  if (!rated) return states;
  if (revealed) return `${states} · All teams see their own spread`;
  return some > 0 ? `${states} · ${count(some, "team")} revealed their own spread` : states;
}

// What the words above say, for the eye alone.
/** @param {any} arg */
function bar({ asked, begun, finished }) {
  /**
   * @param {number} number
   * @param {string} kind
   */
  const part = (number, kind) => {
    const el = h("span", { class: kind });
    el.style.inlineSize = `${Math.min(100, (100 * number) / asked)}%`;
    return el;
  };
  return h("div", { class: "ck-steps-bar", "aria-hidden": "true" }, part(finished, "ck-steps-done"), part(begun - finished, "ck-steps-begun"));
}

export default definePanel(build);

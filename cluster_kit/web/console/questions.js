// Questions panel: questions from the room by support, to post, answer, park, or remove.
import { elementId, h, sinceWhen } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, count, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.QuestionsView>} QuestionsPanel */

const STATUS_WORDS = { open: "Open", answered: "Answered", parked: "Parked" };

/**
 * @param {QuestionsPanel} panel
 * @returns {(view: M.QuestionsView) => void}
 */
function build(panel) {
  const waiting = h("ul", { class: "ck-questions-list", "aria-label": "Waiting to be posted" });
  const waitingPart = h("div", { class: "ck-questions-waiting" }, h("h3", {}, "Waiting to be posted"), waiting);
  const questions = h("ul", { class: "ck-questions-list", "aria-label": "Questions, most supported first" });
  const removed = h("ul", { class: "ck-questions-list" });
  const summary = h("summary", {});
  const removedPart = h("details", { "data-focus": "removed" }, summary, removed);
  const [hold, help] = [h("input", { type: "checkbox", id: elementId("hold") }), elementId("help")];
  hold.setAttribute("aria-describedby", help);
  hold.addEventListener("change", async () => {
    const isDone = await panel.act("hold", { value: { held: hold.checked } });
    if (!isDone) hold.checked = panel.view.is_held;
  });
  panel.frame("Questions from the room",
    h("p", { class: "ck-questions-hold" }, hold, " ", h("label", { for: hold.id }, "New questions wait until a facilitator posts them")),
    h("p", { class: "ck-panel-quiet", id: help }, "Posts on the boards of the segments do not wait."),
    waitingPart, questions, removedPart);
  return (view) => {
    if (document.activeElement !== hold) hold.checked = view.is_held;
    waitingPart.hidden = view.waiting.length === 0;
    showList(waiting, view.waiting.map((one) => ({ key: one.id, ...one })), (one) => buildWaiting(panel, one));
    showList(questions, view.questions.map((one) => ({ key: one.id, ...one })), (one) => buildQuestion(panel, one), () =>
      h("li", {}, quiet("Participants ask and vote at the end of their pages. Posts with a question mark on the boards appear here, too.")));
    removedPart.hidden = view.removed.length === 0;
    summary.textContent = `Removed: ${count(view.removed.length, "question")}`;
    showList(removed, view.removed.map((one) => ({ key: one.id, ...one })), (one) => buildRemoved(panel, one));
  };
}

/**
 * @param {QuestionsPanel} panel
 * @param {M.WaitingQuestionView} question
 */
function buildWaiting(panel, { id, text, state, at, is_reply: isReply }) {
  return h("li", {}, h("span", { class: "ck-questions-text", dir: "auto" }, text),
    h("span", { class: "ck-panel-small" }, `${state}${isReply ? ", a reply" : ""}, `, sinceWhen(at)),
    h("span", { class: "ck-panel-buttons" },
      button("Post", () => panel.act("release", { subject: id }), { name: `post-${id}`, about: text }), " ",
      remove(panel, id, text)));
}

/**
 * @param {QuestionsPanel} panel
 * @param {M.RoomQuestionView} question
 */
function buildQuestion(panel, { id, text, state, support, status }) {
  /**
   * @param {string} label
   * @param {M.QuestionStatus} next
   */
  const settle = (label, next) => button(label, () => panel.act("question", { subject: id, value: { status: next } }), { name: `${next}-${id}`, about: text });
  return h("li", { class: `ck-questions-${status}` },
    h("span", { class: "ck-questions-text", dir: "auto" }, text),
    h("span", { class: "ck-panel-small" }, h("strong", {}, count(support, "vote")), ` · ${state} · ${STATUS_WORDS[status]}`),
    h("span", { class: "ck-panel-buttons" },
      status !== "answered" && settle("Answered", "answered"), " ",
      status !== "parked" && settle("Park", "parked"), " ",
      status !== "open" && settle("Open again", "open"), " ",
      remove(panel, id, text)));
}

/**
 * @param {QuestionsPanel} panel
 * @param {M.RemovedQuestionView} question
 */
function buildRemoved(panel, { id, text, state }) {
  return h("li", {}, h("span", { class: "ck-questions-text", dir: "auto" }, text), h("span", { class: "ck-panel-small" }, state),
    h("span", { class: "ck-panel-buttons" }, button("Put back", () => panel.act("moderate", { subject: id, value: { hidden: false } }), { name: `back-${id}`, about: text })));
}

/**
 * @param {QuestionsPanel} panel
 * @param {string} id
 * @param {string} text
 */
function remove(panel, id, text) {
  return button("Remove", () => panel.act("moderate", { subject: id, value: { hidden: true } }), { name: `remove-${id}`, about: text });
}

export default definePanel(build);

// Polls panel: ask everyone one question, follow the answers, and show the results to participants.
import { elementId, h, mintId, sinceWhen } from "../shared/dom.js";
import { updateRemaining } from "../shared/length_limit.js";
import { definePanel } from "./panel.js";
import { button, labelledText, quiet, refuseExcess, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.PollsView>} PollsPanel */

const FEWEST_OPTIONS = 2;
const PICTURE = "poll-"; // a chart's subject is this, followed by the poll's id

/**
 * @param {PollsPanel} panel
 * @returns {(view: M.PollsView) => void}
 */
function build(panel) {
  const polls = h("ul", { class: "ck-polls" });
  const fold = h("details", { class: "ck-polls-new" }, h("summary", {}, "Ask everyone a question"));
  fold.append(buildForm(panel, () => (fold.open = false)));
  panel.frame("Poll", fold, polls);
  return (view) => showList(polls, view.polls.map((poll, place) => ({ key: poll.id, isNewest: place === 0, ...poll })), (poll) => buildPoll(panel, poll), () =>
    h("li", {}, quiet("A poll is one question that you make on the spot. Everyone sees it at once and answers once.")));
}

/**
 * @param {PollsPanel} panel
 * @param {() => void} onAsked
 */
function buildForm(panel, onAsked) {
  const { longest_question: longest, longest_option: longestOption, most_options: most } = panel.view;
  let id = mintId();
  const text = h("input", { type: "text", autocomplete: "off" });
  const options = Array.from({ length: most }, () => h("input", { type: "text", autocomplete: "off" }));
  const name = elementId("kind");
  const [choice, rating] = ["choice", "rating"].map((value) => h("input", { type: "radio", name, value, checked: value === "choice" }));
  const fields = options.map((field, place) => labelledText(`Option ${place + 1}${place < FEWEST_OPTIONS ? "" : " (optional)"}`, field, longestOption));
  const optionPart = h("fieldset", { class: "ck-polls-options" }, h("legend", {}, "Options"), fields);
  const problem = h("p", { class: "ck-panel-small", role: "status" });
  const form = h("form", { class: "ck-panel-form", novalidate: true },
    labelledText("Question", text, longest),
    h("fieldset", {}, h("legend", {}, "Answers"), h("label", {}, choice, " One of several options"), " ", h("label", {}, rating, " A rating from 1 to 5")),
    optionPart, problem);
  const filled = () => options.map((field) => field.value.trim()).filter(Boolean);
  const ask = async () => {
    const isRating = rating.checked;
    problem.textContent = !text.value.trim() ? "Write the question first." : !isRating && filled().length < FEWEST_OPTIONS ? "Write at least two options." : "";
    if (problem.textContent) {
      (text.value.trim() ? options.find((field) => !field.value.trim()) ?? text : text).focus();
      return;
    }
    if (refuseExcess(isRating ? [text] : [text, ...options], problem)) return;
    if (!(await panel.act("poll", { id, value: { text: text.value, options: isRating ? [] : filled() } }))) return;
    for (const field of [text, ...options]) {
      field.value = "";
      updateRemaining(field);
    }
    id = mintId();
    onAsked();
  };
  const submit = button("Ask everyone", ask, { primary: true });
  submit.type = "submit"; // Enter in a field presses it
  form.append(submit);
  form.addEventListener("input", () => {
    id = mintId(); // a changed text is a new command
    optionPart.hidden = rating.checked;
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

/**
 * @param {PollsPanel} panel
 * @param {M.AskedPollView & {isNewest: boolean}} poll
 */
function buildPoll(panel, poll) {
  const { id, text, at, is_open: isOpen, isNewest, people, answered } = poll;
  return h("li", { class: "ck-polls-poll" },
    h("h3", { dir: "auto" }, text),
    h("p", { class: "ck-panel-small" }, h("strong", {}, isOpen ? "Open" : "Closed"), ` · ${answered} · asked `, sinceWhen(at)),
    isNewest || people ? buildCounts(poll) : null,
    h("p", { class: "ck-panel-buttons" },
      isOpen && button("Close the poll", () => panel.act("poll_close", { subject: id }), { name: `close-${id}`, about: text }), " ",
      buildShow(panel, poll), " ",
      button("Take back", () => takeBack(panel, poll), { name: `undo-${id}`, about: text })));
}

// Counts of people; a table, so that the numbers can be read without the bars.
/** @param {M.AskedPollView} poll */
function buildCounts({ text, options, people }) {
  return h("table", { class: "ck-polls-counts" },
    h("caption", { class: "ck-hidden" }, `Answers to: ${text}`),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Option"), h("th", { scope: "col" }, "People"), h("th", { scope: "col" }, "States"))),
    h("tbody", {}, options.map(({ label, people: number, states }) => {
      const bar = h("span", { class: "ck-polls-bar", "aria-hidden": "true" });
      bar.style.inlineSize = `${people ? Math.round((100 * number) / people) : 0}%`;
      return h("tr", {}, h("th", { scope: "row" }, h("span", { dir: "auto" }, label), bar), h("td", {}, String(number)), h("td", {}, String(states)));
    })));
}

/**
 * @param {PollsPanel} panel
 * @param {M.AskedPollView} poll
 */
function buildShow(panel, { id, text, is_shown: isShown, reason }) {
  const el = button(isShown ? "Hide the results" : "Show the results to participants", () => panel.act("show", { subject: PICTURE + id, value: { shown: !isShown } }), { name: `show-${id}`, about: text });
  if (!reason) return el;
  const reasonId = elementId("reason");
  el.disabled = true;
  el.setAttribute("aria-describedby", reasonId);
  return h("span", {}, el, h("span", { class: "ck-shared-reason", id: reasonId }, reason));
}

/**
 * @param {PollsPanel} panel
 * @param {M.AskedPollView} poll
 */
async function takeBack(panel, { id, is_shown: isShown }) {
  if (isShown && !(await panel.act("show", { subject: PICTURE + id, value: { shown: false } }))) return;
  await panel.act("undo", { subject: id });
}

export default definePanel(build);

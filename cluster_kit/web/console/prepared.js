// Prepared messages panel: the messages of the current exercise, each to send, edit, or skip at its minute.
import { h } from "../shared/dom.js";
import { explainExcess } from "../shared/length_limit.js";
import { audienceField } from "./audience.js";
import { consoleAnnouncer } from "./console_announcer.js";
import { definePanel } from "./panel.js";
import { button, labelled, labelledText, refuseExcess, showList } from "./panel_elements.js";
import { minutesAndSeconds } from "./show_clock.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.PreparedView>} PreparedPanel */

const STATUS = { open: "", sent: "Sent", skipped: "Skipped" };

/**
 * @param {PreparedPanel} panel
 * @returns {(view: M.PreparedView) => void}
 */
function build(panel) {
  const list = h("ul", { class: "ck-prepared-list" });
  panel.frame("Prepared messages", list);
  /** @type {Set<string>} */
  const called = new Set();
  const tick = () => showDue(panel, list, called);
  panel.every(1000, tick);
  return (view) => {
    showList(list, view.messages.map(({ due_s: _due, ...one }) => ({ key: one.id, ...one })), (one) => buildMessage(panel, one), () =>
      h("li", { class: "ck-panel-quiet" }, view.part ? "This part has no prepared messages." : "Each exercise's messages appear here at their minute."));
    tick();
  };
}

// What is due is marked, and said once.
/**
 * @param {PreparedPanel} panel
 * @param {HTMLElement} list
 * @param {Set<string>} called
 */
function showDue(panel, list, called) {
  const { since, speed, messages } = panel.view;
  for (const [place, { id, due_s: due, status, text }] of messages.entries()) {
    const el = /** @type {HTMLElement | undefined} */ (list.children[place]);
    const when = el?.querySelector(".ck-prepared-when");
    if (!since || !el || !when) continue;
    const left = due - ((panel.now() - Date.parse(since)) / 1000) * speed;
    const isDue = status === "open" && left <= 0;
    const words = STATUS[status] || (isDue ? "Send now" : `In ${minutesAndSeconds(left)}`);
    if (when.textContent !== words) when.textContent = words;
    el.classList.toggle("ck-prepared-due", isDue);
    if (!isDue || called.has(id)) continue;
    called.add(id);
    consoleAnnouncer().essential(`A message is due: ${text}`);
  }
}

/**
 * @param {PreparedPanel} panel
 * @param {Omit<M.PreparedMessageView, "due_s">} message
 */
function buildMessage(panel, { id, text, hosts, status }) {
  const audience = audienceField(panel, hosts);
  const words = h("textarea", { rows: 3 });
  words.value = text;
  const send = async () => {
    edit.open ||= Boolean(explainExcess(words)); // a closed one cannot take the focus
    if (!refuseExcess([words], panel.status)) await panel.act("message", { value: { text: words.value.trim(), ends: true, prepared: id, ...audience.value() } });
  };
  const skip = () => panel.act("message_skip", { value: { prepared: id, text } });
  const edit = h("details", { "data-focus": "edit" }, h("summary", {}, "Edit, or choose who gets it", h("span", { class: "ck-hidden" }, `: ${text}`)),
    labelledText("Message", words, panel.view.longest), labelled("For", audience.element));
  return h("li", { class: `ck-prepared-${status}` },
    h("p", { dir: "auto" }, h("strong", { class: "ck-prepared-when" }), " ", text, hosts && h("span", { class: "ck-panel-small" }, " For facilitators")),
    status === "open" && h("p", { class: "ck-panel-buttons" },
      button("Send", send, { name: "send", about: text }), button("Skip", skip, { name: "skip", about: text })),
    status === "open" && edit);
}

export default definePanel(build);

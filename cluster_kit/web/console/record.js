// Session log panel: every command, with undo.
import { atWhen, h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const FIRST = 8;

/**
 * @param {Panel<M.RecordView>} panel
 * @returns {(view: M.RecordView) => void}
 */
function build(panel) {
  const [newest, earlier] = [h("ol", { class: "ck-record-lines" }), h("ol", { class: "ck-record-lines" })];
  const summary = h("summary");
  const rest = h("details", {}, summary, earlier);
  panel.frame("Activity log", newest, rest);
  return ({ done }) => {
    const lines = done.map((line) => ({ key: line.id, ...line }));
    /** @param {M.RecordLineView} line */
    const show = (line) => buildLine(panel, line);
    showList(newest, lines.slice(0, FIRST), show, () =>
      h("li", { class: "ck-panel-quiet" }, "Nothing yet. Whatever you do here is listed, and can be undone."));
    showList(earlier, lines.slice(FIRST), show);
    rest.hidden = lines.length <= FIRST;
    summary.textContent = `Earlier (${Math.max(0, lines.length - FIRST)})`;
  };
}

/**
 * @param {Panel<M.RecordView>} panel
 * @param {M.RecordLineView} line
 */
function buildLine(panel, { steps, what, who, at, undone, undo: label }) {
  const undo = async () => {
    for (const id of steps) if (!(await panel.act("undo", { subject: id }))) return;
  };
  return h("li", {}, h("span", { class: Boolean(undone) && "ck-record-undone", dir: "auto" }, what), " ",
    h("span", { class: "ck-panel-small" }, `${who}, ${atWhen(at)}${undone && `, ${undone}`}`), " ",
    !undone && button(label, undo, { name: "undo", about: what }));
}

export default definePanel(build);

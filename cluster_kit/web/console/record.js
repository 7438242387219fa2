// Everything that was done, and the way back.
import { atWhen, h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

const FIRST = 8;

/**
 * @param {Panel<T.RecordView>} panel
 * @returns {(view: T.RecordView) => void}
 */
function build(panel) {
  const [newest, earlier] = [h("ol", { class: "ck-record-lines" }), h("ol", { class: "ck-record-lines" })];
  const summary = h("summary");
  const rest = h("details", {}, summary, earlier);
  panel.frame("What was done", newest, rest);
  return ({ done }) => {
    const lines = done.map((line) => ({ key: line.id, ...line }));
    /** @param {any} line */
    const show = (line) => buildLine(panel, line);
    showList(newest, lines.length ? lines.slice(0, FIRST) : [NOTHING], show);
    showList(earlier, lines.slice(FIRST), show);
    rest.hidden = lines.length <= FIRST;
    summary.textContent = `Earlier (${Math.max(0, lines.length - FIRST)})`;
  };
}

/**
 * @param {Panel<T.RecordView>} panel
 * @param {any} arg1
 */
function buildLine(panel, { key, what, who, at, undone }) {
  if (!what) return h("li", { class: "ck-panel-quiet" }, "Nothing yet. Whatever you do here is listed, and can be undone.");
  return h("li", {}, h("span", { class: undone && "ck-record-undone", dir: "auto" }, what), " ",
    h("span", { class: "ck-panel-small" }, `${who}, ${atWhen(at)}${undone ? ", undone" : ""}`), " ",
    !undone && button("Undo", () => panel.act("undo", { subject: key }), { name: "undo", about: what }));
}

export default definePanel(build);

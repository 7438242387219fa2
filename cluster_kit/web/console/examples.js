// Examples that states share, to put on every page. What a state keeps for itself does not come here.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/**
 * @param {Panel<T.ExamplesView>} panel
 * @returns {(view: T.ExamplesView) => void}
 */
function build(panel) {
  const list = h("ul", { class: "ck-examples-list" });
  panel.frame("Examples that states share", list);
  return (view) => {
    const items = view.order.map((id) => ({ key: id, ...view[`example ${id}`] }));
    showList(list, items.length ? items : [NOTHING], (one) => buildExample(panel, one));
  };
}

/**
 * @param {Panel<T.ExamplesView>} panel
 * @param {any} arg1
 */
function buildExample(panel, { key, title, state, area, facts, featured }) {
  if (!title) return h("li", { class: "ck-panel-quiet" }, "No state has shared an example so far. Each decides how far its own may go.");
  const act = () => panel.act("feature", { subject: key, value: { featured: !featured } });
  return h("li", {},
    h("p", { dir: "auto" }, h("strong", {}, title), featured && h("strong", { class: "ck-examples-on" }, "On every page")),
    h("p", { class: "ck-panel-small" }, [state, area].filter(Boolean).join(" · ")),
    facts.length > 0 && h("details", { "data-focus": "facts" }, h("summary", {}, "What they did", h("span", { class: "ck-panel-unseen" }, `: ${title}`)),
      h("dl", {}, facts.map((/** @type {[string, string]} */ [label, words]) => [h("dt", {}, label), h("dd", { dir: "auto" }, words)]))),
    h("p", { class: "ck-panel-buttons" }, button(featured ? "Take off the pages" : "Feature on every page", act, { name: "feature", about: title })));
}

export default definePanel(build);

// Examples panel: examples that states share, to feature on every page.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

/**
 * @param {Panel<M.ExamplesView>} panel
 * @returns {(view: M.ExamplesView) => void}
 */
function build(panel) {
  const list = h("ul", { class: "ck-examples-list" });
  panel.frame("Examples that states share", list);
  return (view) => {
    const items = view.order.map((id) => ({ key: id, ...view.examples[id] }));
    showList(list, items, (one) => buildExample(panel, one), () =>
      h("li", { class: "ck-panel-quiet" }, "No state has shared an example so far. Each state decides who may see its own."));
  };
}

/**
 * @param {Panel<M.ExamplesView>} panel
 * @param {M.SharedExampleView & {key: string}} example
 */
function buildExample(panel, { key, title, state, area, facts, featured }) {
  const act = () => panel.act("feature", { subject: key, value: { featured: !featured } });
  return h("li", {},
    h("p", { dir: "auto" }, h("strong", {}, title), featured && h("strong", { class: "ck-examples-on" }, "On every page")),
    h("p", { class: "ck-panel-small" }, [state, area].filter(Boolean).join(" · ")),
    facts.length > 0 && h("details", { "data-focus": "facts" }, h("summary", {}, "What they did", h("span", { class: "ck-hidden" }, `: ${title}`)),
      h("dl", {}, facts.map(([label, words]) => [h("dt", {}, label), h("dd", { dir: "auto" }, words)]))),
    h("p", { class: "ck-panel-buttons" }, button(featured ? "Take off the pages" : "Feature on every page", act, { name: "feature", about: title })));
}

export default definePanel(build);

// What to discuss next, with the reason, and a sentence that can be said aloud.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

const FIRST = 3;

/**
 * @param {Panel<T.DiscussView>} panel
 * @returns {(view: T.DiscussView) => void}
 */
function build(panel) {
  const [first, more] = [h("ol", { class: "ck-discuss-list" }), h("ol", { class: "ck-discuss-list" })];
  const rest = h("details", {}, h("summary", {}, "More"), more);
  panel.frame("What to discuss next", first, rest);
  return ({ topics }) => {
    const items = topics.map((topic, place) => ({ key: topic.item, place: place + 1, ...topic }));
    /** @param {any} topic */
    const show = (topic) => buildTopic(panel, topic);
    showList(first, items.length ? items.slice(0, FIRST) : [NOTHING], show);
    showList(more, items.slice(FIRST), show);
    rest.hidden = items.length <= FIRST;
  };
}

/**
 * @param {Panel<T.DiscussView>} panel
 * @param {any} arg1
 */
function buildTopic(panel, { key, place, text, area, reason, aloud, shown }) {
  if (!text) return h("li", { class: "ck-panel-quiet" }, h("span"), "As soon as teams have rated, what divides them most stands here.");
  const act = () => panel.act("show", { subject: key, value: { shown: !shown } });
  return h("li", {}, h("span", { class: "ck-discuss-place", "aria-hidden": "true" }, place),
    h("div", {}, h("p", { class: "ck-discuss-what" }, text),
      h("p", { class: "ck-panel-small" }, area),
      h("p", {}, reason),
      h("p", { class: "ck-panel-small" }, "You could say: ", h("q", {}, aloud)),
      h("p", { class: "ck-panel-buttons" },
        button(shown ? "Hide from participants" : "Show participants where states stand", act, { name: "show", about: `: ${text}` }))));
}

export default definePanel(build);

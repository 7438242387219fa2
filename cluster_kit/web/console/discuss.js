// Discussion panel: priorities with reasons, and a sentence to read aloud.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const FIRST = 3;

/**
 * @param {Panel<M.DiscussView>} panel
 * @returns {(view: M.DiscussView) => void}
 */
function build(panel) {
  const [first, more] = [h("ol", { class: "ck-discuss-list" }), h("ol", { class: "ck-discuss-list" })];
  const rest = h("details", {}, h("summary", {}, "More"), more);
  panel.frame("What to discuss next", first, rest);
  return ({ topics }) => {
    const items = topics.map((topic, place) => ({ key: topic.item, place: place + 1, ...topic }));
    /** @param {M.TopicView & {place: number}} topic */
    const show = (topic) => buildTopic(panel, topic);
    showList(first, items.slice(0, FIRST), show, () =>
      h("li", { class: "ck-panel-quiet" }, h("span"), "As soon as teams have rated, what divides them most appears here."));
    showList(more, items.slice(FIRST), show);
    rest.hidden = items.length <= FIRST;
  };
}

/**
 * @param {Panel<M.DiscussView>} panel
 * @param {M.TopicView & {place: number}} topic
 */
function buildTopic(panel, { item, place, text, area, reason, aloud, shown }) {
  const act = () => panel.act("show", { subject: item, value: { shown: !shown } });
  return h("li", {}, h("span", { class: "ck-discuss-place", "aria-hidden": "true" }, place),
    h("div", {}, h("p", { class: "ck-discuss-what" }, text),
      h("p", { class: "ck-panel-small" }, area),
      h("p", {}, reason),
      h("p", { class: "ck-panel-small" }, "You could say: ", h("q", {}, aloud)),
      h("p", { class: "ck-panel-buttons" },
        button(shown ? "Hide from participants" : "Show participants where states stand", act, { name: "show", about: `: ${text}` }))));
}

export default definePanel(build);

// Say something to everybody, share a link, and come back to what was put aside.
import { h, sinceWhen } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, compose, labelled, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/**
 * @param {Panel<T.AnnouncementsView>} panel
 * @returns {(view: T.AnnouncementsView) => void}
 */
function build(panel) {
  const message = h("textarea", { rows: 2, maxlength: panel.view.longest });
  const words = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const url = h("input", { type: "url", placeholder: "https://", autocomplete: "off" });
  const aside = h("input", { type: "text", maxlength: panel.view.longest, autocomplete: "off" });
  const [said, links, parked] = [h("div"), h("ul"), h("ul")];
  const say = compose(panel, [message], {
    kind: "message",
    label: "Show on every page",
    elements: [labelled("Message on every page", message)],
    toAsked: ([text]) => ({ value: { text } }),
  });
  const share = compose(panel, [words, url], {
    kind: "link",
    label: "Share link",
    elements: [labelled("What it is", words), labelled("Address", url)],
    toAsked: ([text, address]) => ({ value: { text, url: address } }),
  });
  const park = compose(panel, [aside], {
    kind: "park",
    label: "Park it",
    elements: [labelled("To come back to", aside)],
    toAsked: ([text]) => ({ value: { text } }),
  });
  panel.frame("Tell everybody", said, say, h("details", {}, h("summary", {}, "Share a link"), share), links,
    h("h3", {}, "Parking lot"), parked, h("details", {}, h("summary", {}, "Park something"), park));
  return (view) => {
    const message = view.message ? { key: view.message.id, ...view.message, earlier: view.earlier } : { key: "none" };
    showList(said, [message], (one) => buildMessage(panel, one));
    showList(links, view.links.map((link) => ({ key: link.id, ...link })), (link) => buildLink(panel, link));
    const waiting = [...view.parked].sort((one, other) => Number(one.done) - Number(other.done));
    const items = waiting.map((one) => ({ key: one.id, ...one }));
    showList(parked, items.length ? items : [NOTHING], (one) => buildParked(panel, one));
  };
}

/**
 * @param {Panel<T.AnnouncementsView>} panel
 * @param {any} arg1
 */
function buildMessage(panel, { key, text, at, earlier }) {
  if (!text) return quiet("No message is on the pages now.");
  /** @param {...string} ids */
  const down = (...ids) => async () => {
    for (const id of ids) await panel.act("undo", { subject: id });
  };
  return h("div", { class: "ck-tell-message" }, h("p", { dir: "auto" }, text),
    h("p", { class: "ck-panel-small" }, "On every page, sent ", sinceWhen(at)),
    earlier.length > 0 && h("p", { class: "ck-panel-small", dir: "auto" }, `Under it, and back when it is taken down: ${earlier[0].text}`),
    h("p", { class: "ck-panel-buttons" }, button("Take down", down(key), { name: "down", about: "this message" }),
      earlier.length > 0 && button("Take all down", down(...earlier.map((/** @type {T.NoticeItem} */ { id }) => id).reverse(), key), { name: "all", about: "all messages" })));
}

/**
 * @param {Panel<T.AnnouncementsView>} panel
 * @param {any} arg1
 */
function buildLink(panel, { key, text, url }) {
  return h("li", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, text), " ",
    button("Take down", () => panel.act("undo", { subject: key }), { name: "down", about: `the link ${text}` }));
}

/**
 * @param {Panel<T.AnnouncementsView>} panel
 * @param {any} arg1
 */
function buildParked(panel, { key, text, who, done }) {
  if (!text) return h("li", { class: "ck-panel-quiet" }, "Nothing is waiting. States and facilitators can park a thought here.");
  return h("li", { class: done && "ck-tell-done" }, h("span", { dir: "auto" }, text), " ",
    h("span", { class: "ck-panel-small" }, done ? `${who}, done` : who), " ",
    !done && button("Done", () => panel.act("parked_done", { subject: key }), { name: "done", about: `with: ${text}` }));
}

export default definePanel(build);

// Announcements panel: messages and links for all participants, and the parking lot.
import { externalLink, h, sinceWhen } from "../shared/dom.js";
import { audienceField } from "./audience.js";
import { definePanel } from "./panel.js";
import { button, compose, labelled, labelledText, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const LONGEST_LINK_TEXT = 200;

/**
 * @param {Panel<M.AnnouncementsView>} panel
 * @returns {(view: M.AnnouncementsView) => void}
 */
function build(panel) {
  const message = h("textarea", { rows: 2 });
  const audience = audienceField(panel);
  const stays = h("input", { type: "checkbox" });
  const words = h("input", { type: "text", autocomplete: "off" });
  const url = h("input", { type: "url", placeholder: "https://", autocomplete: "off" });
  const thought = h("input", { type: "text", autocomplete: "off" });
  const [messageList, links, parked] = [h("div"), h("ul"), h("ul")];
  const messageForm = compose(panel, [message], {
    kind: "message",
    label: "Show on every page",
    elements: [labelledText("Message on every page", message, panel.view.longest), labelled("For", audience.element),
      h("label", { class: "ck-panel-check" }, stays, " Keep it after this exercise")],
    toCommand: ([text]) => ({ value: { text, ends: !stays.checked, ...audience.value() } }),
  });
  const share = compose(panel, [words, url], {
    kind: "link",
    label: "Share link",
    elements: [labelledText("What it is", words, LONGEST_LINK_TEXT), labelled("Address", url)],
    toCommand: ([text, address]) => ({ value: { text, url: address } }),
  });
  const park = compose(panel, [thought], {
    kind: "park",
    label: "Park it",
    elements: [labelledText("To come back to", thought, panel.view.longest)],
    toCommand: ([text]) => ({ value: { text } }),
  });
  panel.frame("Messages to everyone", messageList, messageForm, h("details", {}, h("summary", {}, "Share a link"), share), links,
    h("h3", {}, "Parking lot"), parked, h("details", {}, h("summary", {}, "Park something"), park));
  return (view) => {
    audience.update(view.audiences);
    const messages = view.message ? [{ key: view.message.id, message: view.message, earlier: view.earlier }] : [];
    showList(messageList, messages, (one) => buildMessage(panel, one.message, one.earlier), () => quiet("No message is on the pages now."));
    showList(links, view.links.map((link) => ({ key: link.id, ...link })), (link) => buildLink(panel, link));
    const parkedItems = [...view.parked].sort((one, other) => Number(one.done) - Number(other.done));
    showList(parked, parkedItems.map((one) => ({ key: one.id, ...one })), (one) => buildParked(panel, one), () =>
      h("li", { class: "ck-panel-quiet" }, "Nothing is waiting. States and facilitators can park a thought here."));
  };
}

/**
 * @param {Panel<M.AnnouncementsView>} panel
 * @param {M.AnnouncementView} message
 * @param {M.AnnouncementView[]} earlier
 */
function buildMessage(panel, { id, text, at, to, ends }, earlier) {
  /** @param {...string} ids */
  const takeDown = (...ids) => async () => {
    for (const id of ids) await panel.act("undo", { subject: id });
  };
  return h("div", { class: "ck-announcement-message" }, h("p", { dir: "auto" }, text),
    h("p", { class: "ck-panel-small" }, to ? `For ${to}, sent ` : "On every page, sent ", sinceWhen(at), ends && ", until this exercise is over"),
    earlier.length > 0 && h("p", { class: "ck-panel-small", dir: "auto" }, `Under it, and back when it is taken down: ${earlier[0].text}`),
    h("p", { class: "ck-panel-buttons" }, button("Take down", takeDown(id), { name: "down", about: "this message" }),
      earlier.length > 0 && button("Take all down", takeDown(...earlier.map((one) => one.id).reverse(), id), { name: "all", about: "all messages" })));
}

/**
 * @param {Panel<M.AnnouncementsView>} panel
 * @param {M.SharedLinkView} link
 */
function buildLink(panel, { id, text, url }) {
  return h("li", {}, externalLink(url, text, { dir: "auto" }), " ",
    button("Take down", () => panel.act("undo", { subject: id }), { name: "down", about: `the link ${text}` }));
}

/**
 * @param {Panel<M.AnnouncementsView>} panel
 * @param {M.ParkedView} item
 */
function buildParked(panel, { id, text, who, done }) {
  return h("li", { class: done && "ck-announcement-done" }, h("span", { dir: "auto" }, text), " ",
    h("span", { class: "ck-panel-small" }, done ? `${who}, done` : who), " ",
    !done && button("Done", () => panel.act("parked_done", { subject: id }), { name: "done", about: `with: ${text}` }));
}

export default definePanel(build);

// Say something to everybody, share a link, and come back to what was put aside.
import { h, sinceWhen } from "../forms/dom.js";
import { definePanel } from "./panel.js";
import { Draft, button, labelled, quiet, showList } from "./parts.js";

function build(panel) {
  const message = h("textarea", { rows: 2, maxlength: panel.view.longest });
  const words = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const url = h("input", { type: "url", placeholder: "https://", autocomplete: "off" });
  const aside = h("input", { type: "text", maxlength: panel.view.longest, autocomplete: "off" });
  const [said, links, parked] = [h("div"), h("ul"), h("ul")];
  panel.frame("Tell everybody",
    said,
    compose(panel, "message", [message], [labelled("Message on every page", message)], "Show on every page", ([text]) => ({ text })),
    h("details", {}, h("summary", {}, "Share a link"),
      compose(panel, "link", [words, url], [labelled("What it is", words), labelled("Address", url)], "Share link",
        ([text, address]) => ({ text, url: address }))),
    links,
    h("h3", {}, "Parking lot"), parked,
    h("details", {}, h("summary", {}, "Park something"),
      compose(panel, "park", [aside], [labelled("To come back to", aside)], "Park it", ([text]) => ({ text }))));
  return (view) => {
    showList(said, [view.message ? { key: view.message.id, ...view.message } : { key: "none" }], (one) => buildMessage(panel, one));
    showList(links, view.links.map((link) => ({ key: link.id, ...link })), (link) => buildLink(panel, link));
    const waiting = [...view.parked].sort((one, other) => one.done - other.done);
    const items = waiting.map((one) => ({ key: one.id, ...one }));
    showList(parked, items.length ? items : [{ key: "none" }], (one) => buildParked(panel, one));
  };
}

// Fields, and the button that sends them. What is typed stays until it is kept.
function compose(panel, kind, fields, elements, label, toValue) {
  const draft = new Draft(kind, fields);
  const send = async () => {
    if (await panel.act(kind, { value: toValue(draft.words), id: draft.id })) draft.clear();
  };
  const form = h("form", { class: "ck-panel-form", novalidate: true }, elements, button(label, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button").click();
  });
  return form;
}

function buildMessage(panel, { key, text, at }) {
  if (!text) return quiet("No message is on the pages now.");
  return h("div", { class: "ck-tell-message" }, h("p", { dir: "auto" }, text),
    h("p", { class: "ck-panel-small" }, `On every page, sent ${sinceWhen(at)} `,
      button("Take down", () => panel.act("undo", { subject: key }), { name: "down", about: "this message" })));
}

function buildLink(panel, { key, text, url }) {
  return h("li", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, text), " ",
    button("Take down", () => panel.act("undo", { subject: key }), { name: "down", about: `the link ${text}` }));
}

function buildParked(panel, { key, text, who, done }) {
  if (!text) return h("li", { class: "ck-panel-quiet" }, "Nothing is waiting. States and facilitators can park a thought here.");
  return h("li", { class: done && "ck-tell-done" }, h("span", { dir: "auto" }, text), " ",
    h("span", { class: "ck-panel-small" }, done ? `${who}, done` : who), " ",
    !done && button("Done", () => panel.act("parked_done", { subject: key }), { name: "done", about: `with: ${text}` }));
}

export default definePanel(build);

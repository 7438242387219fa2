// Attention panel: what a facilitator did last, with undo, and links to what needs attention further down.
import { h } from "../shared/dom.js";
import { consoleAnnouncer } from "./console_announcer.js";
import { definePanel } from "./panel.js";
import { button, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const SHOWN_MS = 60_000;
const MOST_CHARACTERS = 60;

/**
 * @param {Panel<M.AttentionView>} panel
 * @returns {(view: M.AttentionView) => void}
 */
function build(panel) {
  const announcer = consoleAnnouncer();
  const last = h("div", { class: "ck-attention-last" });
  const marks = h("ul", { class: "ck-attention-marks", "aria-label": "Needs attention" });
  panel.root.classList.add("ck-attention");
  panel.root.setAttribute("aria-label", "What was done last, and what needs attention");
  const here = h("a", { href: "#", onclick: (event) => goTo(event, "people") });
  panel.root.append(h("p", { class: "ck-attention-here" }, here), last, marks, panel.status);
  /** @type {string | undefined} */
  let seen;
  /** @type {Set<string> | undefined} */
  let knownMarks;
  const tick = () => showLast(panel, last);
  panel.every(1000, tick);
  return (view) => {
    const { last: action } = view;
    if (here.textContent !== view.here) here.textContent = view.here;
    if (seen !== undefined && action && action.event !== seen && !action.mine) announcer.essential(`${action.who}: ${action.what}.`);
    seen = action?.event ?? "";
    tick();
    for (const mark of view.marks) if (knownMarks && !knownMarks.has(mark.text)) announcer[mark.is_urgent ? "essential" : "detail"](`${mark.text}.`);
    knownMarks = new Set([...(knownMarks ?? []), ...view.marks.map(({ text }) => text)]);
    showList(marks, view.marks.map((mark) => ({ key: mark.panel + mark.text, ...mark })), (mark) =>
      h("li", {}, h("a", { href: "#", onclick: (event) => goTo(event, mark.panel) }, mark.text)), () =>
      h("li", { class: "ck-panel-quiet" }, "Nothing further down needs attention."));
  };
}

// "Sam: Began … 2 s ago", for a minute. The seconds change outside of the live region.
/**
 * @param {Panel<M.AttentionView>} panel
 * @param {HTMLElement} el
 */
function showLast(panel, el) {
  const action = panel.view.last;
  const age = action ? panel.now() - Date.parse(action.at) : 0;
  const shown = action && age < SHOWN_MS ? [{ key: action.event, ...action }] : [];
  showList(el, shown, ({ id, undo, what, who, mine }) =>
    h("p", { class: mine ? "" : "ck-attention-other" }, h("strong", { dir: "auto" }, mine ? "You" : who, ":"), " ", h("span", { dir: "auto", title: what }, shorten(what)), " ",
      h("span", { class: "ck-attention-undo" }, h("span", { class: "ck-panel-small ck-attention-age" }), " ",
        id && button(undo, () => panel.act("undo", { subject: id }), { name: "undo", about: `the last step: ${what}` }))));
  const words = el.querySelector(".ck-attention-age");
  if (words) words.textContent = `${Math.max(0, Math.round(age / 1000))} s ago`;
}

// The start of a long message, so that the panels below keep their place. The activity log has all of it.
/** @param {string} what */
function shorten(what) {
  if (what.length <= MOST_CHARACTERS) return what;
  return `${what.slice(0, MOST_CHARACTERS).replace(/[.,:;]*\s\S*$/, "")}…`;
}

// The heading of the panel. Modules of other panels set no id, so the panel is found by its module's name.
/**
 * @param {Event} event
 * @param {string} name
 */
function goTo(event, name) {
  event.preventDefault();
  const heading = /** @type {HTMLElement | null} */ (document.querySelector(`.ck-panel[data-module="${name}"] > h2`));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "start" });
}

export default definePanel(build);

// Breakout groups: form them from answers, look at them, show them; place who came late; a file for the video call.
import { h, sinceWhen } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, count, labelled, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/** @type {Record<string, string>} */
const SIZES = { "3-5": "3 to 5 states", "3-4": "3 or 4 states", "4-5": "4 or 5 states", "2-3": "2 or 3 states" };

/**
 * @param {Panel<T.BreakoutsView>} panel
 * @returns {(view: T.BreakoutsView) => void}
 */
function build(panel) {
  const [ready, shown, proposed] = [h("p"), h("div"), h("div")];
  const title = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const size = h("select", {}, panel.view.sizes.map((key) => h("option", { value: key }, SIZES[key] ?? key)));
  const words = { title, size };
  /** @param {string} about */
  const propose = async (about) => {
    panel.say("Forming groups…");
    const proposal = await panel.ask(about, { size: size.value });
    if (proposal) showProposal(panel, proposed, proposal, words);
  };
  panel.frame("Breakout groups", shown, ready,
    h("form", { class: "ck-panel-form ck-groups-form", onsubmit: (event) => event.preventDefault() },
      labelled("What the groups are for", title), labelled("States in a group", size),
      button("Form groups", () => propose("propose"))),
    proposed);
  return (view) => {
    ready.textContent = view.here ? `${count(view.here, "state")} here to be grouped.` : "Groups are formed of the states that are here. No state is here yet.";
    showList(shown, [{ key: view.shown?.id ?? "none", ...view }], (one) => buildShown(panel, one, () => propose("repair")));
  };
}

// What participants see now, and who has come or left since.
/**
 * @param {Panel<T.BreakoutsView>} panel
 * @param {any} arg1
 * @param {() => Promise<void>} repair
 */
function buildShown(panel, { shown, late, absent }, repair) {
  if (!shown) return quiet("No groups are shown to participants.");
  return h("div", {},
    h("h3", {}, shown.title, " ", h("span", { class: "ck-panel-small" }, "shown ", sinceWhen(shown.at))),
    groupList(shown.groups),
    late.length > 0 && h("p", {}, h("strong", {}, "In no group yet: "), late.join(", ")),
    absent.length > 0 && h("p", {}, h("strong", {}, "Not here any more: "), absent.join(", ")),
    h("p", { class: "ck-panel-buttons" },
      (late.length > 0 || absent.length > 0) && button("Adjust for late and absent states", repair, { name: "repair" }),
      button("Download for the video call", () => download(panel), { name: "file" }),
      button("Take down", () => panel.act("undo", { subject: shown.id }), { name: "down", about: "these groups" })));
}

/** @param {T.GroupItem[]} groups */
function groupList(groups) {
  return h("ul", { class: "ck-groups-list" }, groups.map(({ number, names, topic, why }) => h("li", { class: "ck-groups-one" },
    h("h4", {}, `Group ${number}`), h("p", {}, names.join(", ")), topic && h("p", { class: "ck-panel-small" }, `Talks about ${topic}`),
    why && h("p", { class: "ck-panel-small" }, why))));
}

// A proposal is on this page alone until it is shown to participants.
/**
 * @param {Panel<T.BreakoutsView>} panel
 * @param {HTMLElement} place
 * @param {T.GroupsProposal} arg2
 * @param {{title: HTMLInputElement, size: HTMLSelectElement}} words
 */
function showProposal(panel, place, { sentence, groups, alone }, words) {
  const done = () => place.replaceChildren();
  const show = async () => {
    const title = words.title.value.trim() || `Breakout groups ${panel.view.number + 1}`;
    const asked = groups.map(({ number, states, area, reason }) => ({ number, states, area, reason }));
    if (await panel.act("groups", { value: { title, groups: asked } })) done();
  };
  const heading = h("h3", { tabindex: -1 }, groups.length ? `Proposed: ${count(groups.length, "group")}` : "No groups");
  place.replaceChildren(heading, h("p", {}, sentence),
    alone.length ? h("p", {}, h("strong", {}, "Alone: "), alone.join(", ")) : "", groupList(groups),
    h("p", { class: "ck-panel-buttons" }, groups.length > 0 && button("Show these groups to participants", show, { primary: true }),
      button("Put aside", async () => done())));
  heading.focus();
}

/** @param {Panel<T.BreakoutsView>} panel */
async function download(panel) {
  const file = await panel.ask("file");
  if (!file) return;
  const link = h("a", { href: URL.createObjectURL(new Blob([file.text], { type: "text/csv" })), download: file.name });
  link.click();
  URL.revokeObjectURL(link.href);
  panel.say(file.sentence);
}

export default definePanel(build);

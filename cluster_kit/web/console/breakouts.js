// Breakout groups panel: form groups from answers, preview, show, and repair them; export a file for the video call.
import { h, sinceWhen } from "../shared/dom.js";
import { editorHelp, GroupEditor } from "./group_editor.js";
import { definePanel } from "./panel.js";
import { button, count, labelled, labelledText, quiet, refuseExcess, showList } from "./panel_elements.js";
import { buildPeopleRooms } from "./people_rooms.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const LONGEST_TITLE = 200;

/** @type {Record<string, string>} */
const SIZES = { "3-5": "3 to 5 states", "3-3": "3 states, 4 where needed", "3-4": "3 or 4 states", "4-5": "4 or 5 states", "2-3": "2 or 3 states" };

/**
 * @param {Panel<M.BreakoutsView>} panel
 * @returns {(view: M.BreakoutsView) => void}
 */
function build(panel) {
  const [ready, shown, proposed] = [h("p"), h("div"), h("div")];
  const title = h("input", { type: "text", autocomplete: "off" });
  const size = h("select", {}, panel.view.sizes.map((key) => h("option", { value: key }, SIZES[key] ?? key)));
  const words = { title, size };
  /** @param {"propose" | "repair"} about */
  const propose = async (about) => {
    panel.setStatus("Forming groups…");
    const proposal = await panel.ask(about, { size: size.value });
    if (proposal) showProposal(panel, proposed, proposal, words);
  };
  /** @param {M.ShownRoundView} round */
  const edit = async (round) => {
    const groups = round.groups.map(({ number, states, area }) => ({ number, states, area }));
    const proposal = await panel.ask("arrange", { groups });
    if (!proposal) return;
    title.value ||= round.title;
    showProposal(panel, proposed, proposal, words);
  };
  const rooms = buildPeopleRooms(panel);
  panel.frame("Breakout groups", rooms.element, shown, ready,
    h("form", { class: "ck-panel-form ck-groups-form", onsubmit: (event) => event.preventDefault() },
      labelledText("What the groups are for", title, LONGEST_TITLE), labelled("States in a group", size),
      button("Form groups", () => propose("propose"))),
    proposed);
  return (view) => {
    ready.textContent = view.here ? `${count(view.here, "state")} to place in groups, here now or in the last two minutes.` : "Groups are formed of the states that are here. No state is here yet.";
    rooms.refresh(view);
    const rounds = view.shown ? [{ key: view.shown.id, shown: view.shown, late: view.late, absent: view.absent }] : [];
    showList(shown, rounds, (one) => buildShown(panel, one, () => propose("repair"), () => edit(one.shown)), () => quiet("No groups of states are shown to participants."));
  };
}

// The groups that participants see, and the states that came or left since.
/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {{shown: M.ShownRoundView, late: string[], absent: string[]}} round
 * @param {() => Promise<void>} repair
 * @param {() => Promise<void>} edit
 */
function buildShown(panel, { shown, late, absent }, repair, edit) {
  return h("div", {},
    h("h3", {}, shown.title, " ", h("span", { class: "ck-panel-small" }, "shown ", sinceWhen(shown.at))),
    groupList(shown.groups),
    late.length > 0 && h("p", {}, h("strong", {}, "In no group yet: "), late.join(", ")),
    absent.length > 0 && h("p", {}, h("strong", {}, "No longer here: "), absent.join(", ")),
    h("p", { class: "ck-panel-buttons" },
      (late.length > 0 || absent.length > 0) && button("Adjust for late and absent states", repair, { name: "repair" }),
      button("Change by hand", edit, { name: "edit" }),
      button("Download for Zoom", () => download(panel, "text"), { name: "file" }),
      button("Download the list of names", () => download(panel, "list"), { name: "list" }),
      button("Take down", () => panel.act("undo", { subject: shown.id }), { name: "down", about: "these groups" })));
}

/** @param {Array<M.ShownGroupView & {why?: string}>} groups */
function groupList(groups) {
  return h("ul", { class: "ck-groups-list" }, groups.map(({ number, names, topic, why }) => h("li", { class: "ck-groups-one" },
    h("h4", {}, `Group ${number}`), h("p", {}, names.join(", ")), topic && h("p", { class: "ck-panel-small" }, `Matched on ${topic}`),
    why && h("p", { class: "ck-panel-small" }, why))));
}

// A proposal is local to this page until it is shown to participants.
/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {HTMLElement} place
 * @param {M.GroupsProposalView} proposal
 * @param {{title: HTMLInputElement, size: HTMLSelectElement}} words
 */
function showProposal(panel, place, { sentence, groups, alone }, words) {
  const done = () => place.replaceChildren();
  const editor = new GroupEditor(panel);
  const show = async () => {
    if (refuseExcess([words.title], panel.status)) return;
    const title = words.title.value.trim() || (panel.view.number ? `Breakout groups ${panel.view.number + 1}` : "Breakout groups");
    const asked = editor.groups.map(({ number, states, area, reason }) => ({ number, states, area, reason }));
    if (await panel.act("groups", { value: { title, groups: asked } })) done();
  };
  const heading = h("h3", { tabindex: -1 }, groups.length ? `Proposed: ${count(groups.length, "group")}` : "No groups");
  editor.show({ sentence, groups, alone });
  place.replaceChildren(heading, groups.length ? editorHelp() : h("p", {}, sentence),
    alone.length ? h("p", {}, h("strong", {}, "Alone: "), alone.join(", ")) : "", groups.length ? editor.element : "",
    h("p", { class: "ck-panel-buttons" }, groups.length > 0 && button("Show these groups to participants", show, { primary: true }),
      button("Put aside", async () => done())));
  heading.focus();
}

/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {"text" | "list"} part
 */
async function download(panel, part) {
  const file = await panel.ask("file");
  if (!file) return;
  const link = h("a", { href: URL.createObjectURL(new Blob([file[part]], { type: part === "text" ? "text/csv" : "text/plain" })), download: part === "text" ? file.name : file.name.replace(".csv", ".txt") });
  link.click();
  URL.revokeObjectURL(link.href);
  panel.setStatus(part === "text" ? file.sentence : "The list has names as they are on the roster: read it out, or use it to assign rooms by hand in Zoom, Teams, or Webex.");
}

export default definePanel(build);

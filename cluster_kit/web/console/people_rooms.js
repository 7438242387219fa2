// Rooms of people in the breakout panel: home rooms with tables, and trios. Form, preview, show, and export them.
import { h, sinceWhen } from "../shared/dom.js";
import { button, count, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

const HEADINGS = { home: "Home rooms and tables", trios: "Trios" };
const SHOW = { home: "Show home rooms to participants", trios: "Show trios to participants" };

/** @param {Panel<M.BreakoutsView>} panel */
export function buildPeopleRooms(panel) {
  const [shown, proposed] = [h("div"), h("div")];
  /**
   * @param {"propose_rooms" | "place_late"} about
   * @param {string} use
   */
  const propose = async (about, use) => {
    panel.setStatus("Forming rooms…");
    const proposal = await panel.ask(about, { use });
    if (proposal) showRoomsProposal(panel, proposed, proposal);
  };
  const element = h("div", {}, shown,
    h("p", { class: "ck-panel-buttons" },
      button("Form home rooms", () => propose("propose_rooms", "home")),
      button("Form trios", () => propose("propose_rooms", "trios"))),
    proposed);
  /** @param {M.BreakoutsView} view */
  const refresh = (view) => {
    const entries = view.people_rooms.map((one) => ({ key: one.id, ...one }));
    showList(shown, entries, (one) => buildShownRooms(panel, one, () => propose("place_late", one.use)));
  };
  return { element, refresh };
}

/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {M.ShownRoomsView} shown
 * @param {() => Promise<void>} placeLate
 */
function buildShownRooms(panel, { id, use, at, rooms, late }, placeLate) {
  return h("div", {},
    h("h3", {}, HEADINGS[use], " ", h("span", { class: "ck-panel-small" }, "shown ", sinceWhen(at))),
    h("details", { "data-focus": `rooms-${use}` }, h("summary", {}, count(rooms.length, "room")), roomList(rooms)),
    late.length > 0 && h("p", {}, h("strong", {}, "In no room yet: "), late.join(", ")),
    h("p", { class: "ck-panel-buttons" },
      late.length > 0 && button("Place late people", placeLate, { name: `late-${use}` }),
      button("Download for Zoom", () => saveRooms(panel, use, "file"), { name: `file-${use}`, about: HEADINGS[use] }),
      button("Download the list to read out", () => saveRooms(panel, use, "list"), { name: `list-${use}`, about: HEADINGS[use] }),
      button("Take down", () => panel.act("undo", { subject: id }), { name: `down-${use}`, about: HEADINGS[use] })));
}

/** @param {M.PeopleRoomView[]} rooms */
function roomList(rooms) {
  if (!rooms.length) return quiet("No rooms.");
  return h("ul", { class: "ck-groups-list" }, rooms.map(({ number, name, names }) => h("li", { class: "ck-groups-one" },
    h("h4", {}, `Room ${number}: ${name}`), h("p", {}, names.join(", ")))));
}

// A proposal is local to this page until it is shown to participants.
/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {HTMLElement} place
 * @param {M.RoomsProposalView} proposal
 */
function showRoomsProposal(panel, place, { use, sentence, rooms }) {
  const done = () => place.replaceChildren();
  const show = async () => {
    const asked = rooms.map(({ number, name, people }) => ({ number, name, people }));
    if (await panel.act("seats", { value: { use, rooms: asked } })) done();
  };
  const heading = h("h3", { tabindex: -1 }, `Proposed: ${HEADINGS[use].toLowerCase()}`);
  place.replaceChildren(heading, h("p", {}, sentence), roomList(rooms),
    h("p", { class: "ck-panel-buttons" }, rooms.length > 0 && button(SHOW[use], show, { primary: true }),
      button("Put aside", async () => done())));
  heading.focus();
}

/**
 * @param {Panel<M.BreakoutsView>} panel
 * @param {string} use
 * @param {"file" | "list"} part
 */
async function saveRooms(panel, use, part) {
  const made = await panel.ask("room_file", { use });
  if (!made) return;
  const [type, ending] = part === "file" ? ["text/csv", "csv"] : ["text/plain", "txt"];
  const link = h("a", { href: URL.createObjectURL(new Blob([made[part]], { type })), download: `${made.name}.${ending}` });
  link.click();
  URL.revokeObjectURL(link.href);
  panel.setStatus(made.sentence);
}

// A dialog with a state's people: who is here, when the others were last seen, and how to reach them.
import { elementId, h, sinceWhen } from "../shared/dom.js";
import { quiet } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

/** @type {Record<M.PresenceStatus | "not here", string>} */
const MEMBER_WORDS = { active: "Active", joined: "Just joined", idle: "Here", away: "Away", "not here": "Has not come" };
const COPIED_MS = 4000;

/**
 * @template V
 * @param {Panel<V>} panel
 * @param {string} code
 */
export async function showTeam(panel, code) {
  const team = await panel.ask("team", { state: code });
  if (!team) return; // the panel says why
  const id = elementId("team");
  const dialog = h("dialog", { class: "ck-panel-dialog ck-team-dialog", "aria-labelledby": id });
  const status = h("p", { class: "ck-panel-small", role: "status" });
  const addresses = team.members.map(({ email }) => email).filter(Boolean);
  dialog.append(
    h("h2", { id }, team.name),
    team.help && h("p", { class: "ck-people-help" }, team.help),
    team.members.length ? buildMembers(team, status) : quiet("No one of this state is invited to this session, and no one has come."),
    h("p", {}, team.team_code ? ["Team code: ", h("strong", { class: "ck-team-code" }, team.team_code), " ", copyButton("Copy the code", team.team_code, status)] : "This state has no team code."),
    status,
    h("p", { class: "ck-panel-buttons" },
      addresses.length > 1 && copyButton("Copy all addresses", addresses.join(", "), status), " ",
      h("button", { type: "button", class: "ck-panel-primary", onclick: () => dialog.close() }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  panel.root.append(dialog);
  dialog.showModal();
}

/**
 * @param {M.TeamContactView} team
 * @param {HTMLElement} status
 */
function buildMembers({ name, members }, status) {
  return h("div", { class: "ck-team-scroll" }, h("table", { class: "ck-team-table" },
    h("caption", { class: "ck-hidden" }, `People of ${name}`),
    h("thead", {}, h("tr", {}, ["Person", "In the session"].map((label) => h("th", { scope: "col" }, label)))),
    h("tbody", {}, members.map(({ name: who, role, email, presence, seen_at: seenAt, exercise }) => h("tr", {},
      h("th", { scope: "row" }, h("span", { dir: "auto" }, who), role && h("span", { class: "ck-panel-small" }, role),
        h("span", { class: "ck-team-contact" }, email ? [h("span", { class: "ck-team-email" }, email), " ", copyButton("Copy", email, status, `the address of ${who}`)] : quiet("No address"))),
      h("td", {}, h("strong", {}, MEMBER_WORDS[presence]),
        presence === "away" && seenAt && h("span", { class: "ck-panel-small" }, "last seen ", sinceWhen(seenAt)),
        exercise && h("span", { class: "ck-panel-small" }, exercise)))))));
}

/**
 * @param {string} label
 * @param {string} text
 * @param {HTMLElement} status
 * @param {string} [about]
 */
function copyButton(label, text, status, about) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = "Copied.";
    } catch {
      status.textContent = `This browser does not let the page copy. Select it here: ${text}`;
    }
    setTimeout(() => {
      if (status.textContent === "Copied.") status.textContent = "";
    }, COPIED_MS);
  };
  return h("button", { type: "button", onclick: copy }, label, about && h("span", { class: "ck-hidden" }, ` ${about}`));
}

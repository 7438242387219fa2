// People panel: who is expected and who is here, states that may need help, and how to reach a state's people.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { count, quiet, showList } from "./panel_elements.js";
import { showTeam } from "./team_contact.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.PeopleView>} PeoplePanel */

// Each status has a sign and words beside its color.
/** @type {Record<M.TeamStatus, {sign: string, words: string, meaning: string}>} */
const TEAMS = {
  stuck: { sign: "!", words: "may need help", meaning: "here, and behind most states in an exercise" },
  expected: { sign: "…", words: "expected, not here yet", meaning: "invited; no one has come yet" },
  away: { sign: "←", words: "away", meaning: "was here; not seen for 15 seconds" },
  here: { sign: "○", words: "here", meaning: "has done nothing in the last two minutes" },
  active: { sign: "●", words: "active", meaning: "did something in the last two minutes" },
  invited: { sign: "✉", words: "invited", meaning: "the session has not begun" },
  "not invited": { sign: "–", words: "not invited", meaning: "no one is invited to this session" },
};
const STATUSES = /** @type {M.TeamStatus[]} */ (Object.keys(TEAMS));

/**
 * @param {PeoplePanel} panel
 * @returns {(view: M.PeopleView) => void}
 */
function build(panel) {
  const counts = h("p", { class: "ck-people-counts" });
  const came = quiet("");
  const help = h("ul", { class: "ck-people-help", "aria-label": "May need help" });
  const map = h("ul", { class: "ck-people-map", "aria-label": "States" });
  const legend = h("ul", { class: "ck-people-legend", "aria-label": "What the signs mean" });
  const missing = h("ul", { class: "ck-people-missing" });
  const summary = h("summary", {});
  const missingPart = h("details", { "data-focus": "missing" }, summary, missing);
  const time = h("ul", { class: "ck-people-help", "aria-label": "More time" });
  const needs = h("ul", {});
  const needsSummary = h("summary", {});
  const needsPart = h("details", { "data-focus": "needs" }, needsSummary,
    quiet("For facilitators only. Do not read this out or show it on a shared screen."), needs);
  panel.frame("Who is here", counts, came, time, help, map, legend, missingPart, needsPart);
  return (view) => {
    const { people, states, expected_people: expected, expected_states: expectedStates, presence } = view;
    const totals = [
      { key: "people", number: people, words: `of ${expected} expected ${expected === 1 ? "person" : "people"} here now` },
      { key: "states", number: states, words: `of ${count(expectedStates, "expected state")}` },
      { key: "active", number: presence.active, words: "active" },
      { key: "away", number: presence.away, words: "away" }];
    showList(counts, totals.filter(({ key, number }) => key === "people" || key === "states" || number > 0), ({ number, words }) =>
      h("span", {}, h("strong", {}, number), ` ${words}`));
    came.textContent = view.came ? `${view.came}.` : "";
    came.hidden = !view.came;
    showList(help, view.stuck.map((one) => ({ key: one.state, ...one, name: view.tiles[one.state].name })), ({ state, name, sentence }) =>
      h("li", {}, sentence, " ", openButton(panel, state, "Who are they?", `help-${state}`, name)));
    showList(map, view.order.map((code) => ({ key: code, place: view.grid[code], ...view.tiles[code] })), (tile) => buildTile(panel, tile));
    showList(legend, STATUSES.filter((status) => view.teams[status] > 0).map((status) => ({ key: status, status, number: view.teams[status] })), buildLegend);
    showList(time, Object.entries(view.time_requests).map(([key, number]) => ({ key, number, name: view.tiles[key]?.name ?? "A facilitator" })), ({ number, name }) =>
      h("li", {}, `${name} needs more time, says ${count(number, "person").replace("persons", "people")}. The others do not see this.`));
    needsPart.hidden = view.needs.length === 0;
    needsSummary.textContent = `What people need to take part: ${view.needs.length}`;
    showList(needs, view.needs.map((need) => ({ key: need.person, ...need })), ({ name, state, text }) =>
      h("li", {}, h("strong", { dir: "auto" }, name), ` (${state}): `, h("span", { dir: "auto" }, text)));
    const awaited = Object.values(view.tiles).filter(({ status }) => status === "expected" || status === "away");
    missingPart.hidden = awaited.length === 0;
    summary.textContent = `Not here now: ${count(awaited.length, "state")}`;
    showList(missing, awaited.map(({ code, name, status, expected: of }) => ({ key: code, code, name, status, of })), ({ code, name, status, of }) =>
      h("li", {}, openButton(panel, code, name, `missing-${code}`), ` ${TEAMS[status].words}, ${of === 1 ? "1 person" : `${of} people`}`));
  };
}

/** @param {{status: M.TeamStatus, number: number}} arg */
function buildLegend({ status, number }) {
  const { sign, words, meaning } = TEAMS[status];
  return h("li", {}, h("span", { class: `ck-people-sign ${statusClass(status)}`, "aria-hidden": "true" }, sign),
    h("span", {}, h("strong", {}, `${number} ${words}`), h("span", { class: "ck-panel-small" }, `: ${meaning}`)));
}

/**
 * @param {PeoplePanel} panel
 * @param {M.StateTileView & {place: [number, number]}} tile
 */
function buildTile(panel, { code, name, place, status, here, expected }) {
  const { sign, words } = TEAMS[status];
  const number = expected ? `${here}/${expected}` : "";
  const spoken = `${name}: ${words}${expected ? `, ${here} of ${expected} here` : ""}`;
  const tile = h("li", { class: "ck-people-tile" },
    h("button", { type: "button", class: statusClass(status), title: spoken, "data-focus": `tile-${code}`, "aria-haspopup": "dialog", onclick: () => showTeam(panel, code) },
      h("strong", { "aria-hidden": "true" }, code),
      h("small", { "aria-hidden": "true" }, number ? `${sign} ${number}` : sign),
      h("span", { class: "ck-hidden" }, spoken)));
  const [column, row] = place;
  tile.style.setProperty("--ck-column", String(column + 1));
  tile.style.setProperty("--ck-row", String(row + 1));
  return tile;
}

/** @param {M.TeamStatus} status */
function statusClass(status) {
  return `ck-people-${status.replace(" ", "-")}`;
}

/**
 * @param {PeoplePanel} panel
 * @param {string} code
 * @param {string} label
 * @param {string} name
 * @param {string} [about]
 */
function openButton(panel, code, label, name, about) {
  return h("button", { type: "button", class: "ck-people-open", "data-focus": name, "aria-haspopup": "dialog", onclick: () => showTeam(panel, code) }, label,
    about && h("span", { class: "ck-hidden" }, ` ${about}`));
}

export default definePanel(build);

// Who is here, state by state, and who may need help.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/** @type {Record<string, string>} */
const BEINGS = { active: "active", joined: "just joined", idle: "idle", away: "away" };

/**
 * @param {Panel<T.PeopleView>} panel
 * @returns {(view: T.PeopleView) => void}
 */
function build(panel) {
  const counts = h("p", { class: "ck-people-counts" });
  const help = h("ul", { class: "ck-people-help", "aria-label": "May need help" });
  const map = h("ul", { class: "ck-people-map", "aria-label": "States" });
  panel.frame("Who is here", counts, help, map);
  return (view) => {
    const kinds = Object.entries(BEINGS).map(([being, words]) => ({ key: being, number: view.beings[/** @type {T.Presence} */ (being)], words }));
    const totals = [{ key: "states", number: view.states, words: view.states === 1 ? "state" : "states" },
      { key: "people", number: view.people, words: view.people === 1 ? "person here" : "people here" }];
    showList(counts, [...totals, ...kinds.filter(({ number }) => number > 0)], ({ number, words }) =>
      h("span", {}, h("strong", {}, number), ` ${words}`));
    showList(help, view.stuck.map((one) => ({ key: one.state, ...one })), ({ sentence }) => h("li", {}, sentence));
    showList(map, view.order.map((code) => ({ key: code, place: view.grid[code], ...view[`state ${code}`] })), buildTile);
  };
}

/** @param {any} arg */
function buildTile({ code, name, place, being, here, people, stuck }) {
  const state = being === "not here" ? being : `${BEINGS[being]}, ${here} of ${people} ${people === 1 ? "person" : "people"} here`;
  const words = `${name}: ${state}${stuck ? ", may need help" : ""}`;
  const tile = h("li", { class: `ck-people-tile ck-people-${being.replace(" ", "-")}${stuck ? " ck-people-stuck" : ""}`, title: words },
    h("strong", { "aria-hidden": "true" }, code),
    h("small", { "aria-hidden": "true" }, being === "not here" ? "–" : ["away", "idle"].includes(being) ? being : here),
    h("span", { class: "ck-panel-unseen" }, words));
  const [column, row] = place;
  tile.style.setProperty("--ck-column", column + 1);
  tile.style.setProperty("--ck-row", row + 1);
  return tile;
}

export default definePanel(build);

// Who is here, state by state, and who may need help.
import { h } from "../forms/dom.js";
import { definePanel } from "./panel.js";
import { count, showList } from "./parts.js";

const BEINGS = { active: "active", joined: "just joined", idle: "idle", away: "away" };

function build(panel) {
  const [counts, help, map] = [h("p", { class: "ck-people-counts" }), h("ul", { class: "ck-people-help", "aria-label": "May need help" }), h("ul", { class: "ck-people-map" })];
  panel.frame("Who is here", counts, help, map);
  return (view) => {
    const kinds = Object.entries(BEINGS).map(([being, words]) => ({ key: being, number: view.beings[being], words }));
    const totals = [{ key: "states", number: view.states, words: view.states === 1 ? "state" : "states" },
      { key: "people", number: view.people, words: "people here" }];
    showList(counts, [...totals, ...kinds.filter(({ number }) => number > 0)], ({ number, words }) =>
      h("span", {}, h("strong", {}, number), ` ${words}`));
    showList(help, view.stuck.map((one) => ({ key: one.state, ...one })), ({ sentence }) => h("li", {}, sentence));
    showList(map, view.order.map((code) => ({ key: code, ...view[`state ${code}`] })), buildTile);
  };
}

function buildTile({ code, name, being, here, people, stuck }) {
  const state = being === "not here" ? being : `${BEINGS[being]}, ${here} of ${count(people, "person").replace("persons", "people")} here`;
  const words = `${name}: ${state}${stuck ? ", may need help" : ""}`;
  return h("li", { class: `ck-people-tile ck-people-${being.replace(" ", "-")}${stuck ? " ck-people-stuck" : ""}`, title: words },
    h("strong", { "aria-hidden": "true" }, code),
    h("small", { "aria-hidden": "true" }, { "not here": "–", away: "away", idle: "idle" }[being] ?? here),
    h("span", { class: "ck-panel-unseen" }, words));
}

export default definePanel(build);

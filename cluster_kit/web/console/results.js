// Live results: how states are distributed over the scale, by area and item; and where each state stands, area by area.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { NOTHING, button, count, quiet, showList } from "./panel_elements.js";
/** @import * as S from "../shared/types.js" */
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

const AREAS = "areas";

/**
 * @param {Panel<T.ResultsView>} panel
 * @returns {(view: T.ResultsView) => void}
 */
function build(panel) {
  const [areas, heat] = [h("div"), h("div")];
  const key = h("ul", { class: "ck-results-key", "aria-label": "What the shades of the bars mean" });
  panel.frame("Results so far",
    quiet("You see every answer's place, by state. Participants see nothing of this until you show it, and then only counts of five or more states."),
    key, areas, h("h3", {}, "States and areas"), heat);
  return (view) => {
    const shades = view.scale.map((label, place) => ({ key: label, place, last: view.scale.length - 1 }));
    showList(key, shades, ({ key: label, place, last }) => h("li", {}, swatch(place, last), label));
    const found = view.order.map((id) => view[`area ${id}`]);
    const shown = new Set(view.shown);
    const items = found.map((area) => ({ key: area.id, ...area, scale: view.scale, shown: area.items.map(({ id }) => shown.has(id)) }));
    showList(areas, items.length ? items : [NOTHING], (area) => buildArea(panel, area));
    const states = Object.entries(view).filter(([key]) => key.startsWith("state ")).map(([, state]) => /** @type {T.RatedState} */ (state));
    const table = { key: "heat", states, areas: found.map(({ id, title }) => ({ id, title })), top: view.top, shown: shown.has(AREAS) };
    showList(heat, [table], () => buildHeat(panel, table));
  };
}

// An area, folded to one line; its items as a table of counts.
/**
 * @param {Panel<T.ResultsView>} panel
 * @param {any} arg1
 */
function buildArea(panel, { key, title, counts, items, scale, shown }) {
  if (key === "none") return quiet("This session rates nothing.");
  const states = sum(counts);
  return h("details", { class: "ck-results-fold", "data-focus": "area" },
    h("summary", { class: "ck-results-area" }, h("span", { class: "ck-results-title" }, title), " ",
      h("span", { class: "ck-panel-small" }, states ? count(states, "state") : "nobody yet"), bar(counts, scale)),
    h("div", { class: "ck-results-scroll", tabindex: 0, role: "region", "aria-label": `${title}, item by item` },
      h("table", { class: "ck-results-items" },
        h("caption", { class: "ck-panel-unseen" }, `${title}: how many states stand where`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Statement"),
          scale.map((/** @type {string} */ label) => h("th", { scope: "col", class: "ck-results-number" }, label)),
          h("th", { scope: "col" }, "Participants"))),
        h("tbody", {}, items.map((/** @type {T.RatedItem} */ item, /** @type {number} */ place) => buildItem(panel, item, shown[place]))))));
}

/**
 * @param {Panel<T.ResultsView>} panel
 * @param {any} arg1
 * @param {boolean} isShown
 */
function buildItem(panel, { id, text, counts }, isShown) {
  const most = Math.max(1, ...counts);
  return h("tr", {}, h("th", { scope: "row" }, text),
    counts.map((/** @type {number} */ number) => shaded(h("td", { class: "ck-results-number" }, String(number)), number / most)),
    h("td", {}, showButton(panel, id, isShown, text)));
}

/**
 * @param {Panel<T.ResultsView>} panel
 * @param {string} subject
 * @param {boolean} isShown
 * @param {string} about
 */
function showButton(panel, subject, isShown, about) {
  const act = () => panel.act("show", { subject, value: { shown: !isShown } });
  return button(isShown ? "Hide" : "Show to participants", act, { name: `show-${subject}`, about });
}

// Where each state stands: a mean for each area, in words for those who see no colours.
/**
 * @param {Panel<T.ResultsView>} panel
 * @param {any} arg1
 */
function buildHeat(panel, { states, areas, top, shown }) {
  if (!states.length) return quiet("As soon as a state rates a statement, it stands here.");
  /** @type {T.RatedState[]} */
  const rows = [...states].sort((/** @type {T.RatedState} */ one, /** @type {T.RatedState} */ other) => one.name.localeCompare(other.name));
  return h("div", {},
    h("p", { class: "ck-panel-buttons" }, showButton(panel, AREAS, shown, "where states stand by area")),
    h("div", { class: "ck-results-scroll ck-results-tall", tabindex: 0, role: "region", "aria-label": "States and areas" },
      h("table", { class: "ck-results-heat" },
        h("caption", { class: "ck-panel-small" }, `Mean of a state's ratings, from 1 to ${top}. “?” is not sure yet, empty is not rated.`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "State"), areas.map((/** @type {T.RatedArea} */ { title }) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, rows.map(({ name, means }) => h("tr", {}, h("th", { scope: "row" }, name),
          areas.map((/** @type {T.RatedArea} */ { id }) => buildMean(means[id], top))))))));
}

/**
 * @param {number | null | undefined} mean
 * @param {number} top
 */
function buildMean(mean, top) {
  if (mean === undefined) return h("td", {});
  if (mean === null) return h("td", {}, h("abbr", { title: "not sure yet" }, "?"));
  return shaded(h("td", {}, mean.toFixed(1)), (mean - 1) / (top - 1));
}

// The same numbers as a bar, for the eye alone.
/**
 * @param {number[]} counts
 * @param {string[]} scale
 */
function bar(counts, scale) {
  const whole = sum(counts) || 1;
  return h("span", { class: "ck-results-bar", "aria-hidden": "true", title: scale.map((label, place) => `${label}: ${counts[place]}`).join("\n") },
    counts.map((number, place) => {
      const el = swatch(place, counts.length - 1, number || "");
      el.style.inlineSize = `${(100 * number) / whole}%`;
      return number ? el : null;
    }));
}

// The shade of a point of the scale; the last place is for those who are not sure.
/**
 * @param {number} place
 * @param {number} last
 * @param {S.Child} [words]
 */
function swatch(place, last, words = "") {
  if (place === last) return h("span", { class: "ck-results-unsure" }, words);
  return shaded(h("span", {}, words), place / (last - 1));
}

// The deeper, the more.
/**
 * @template {HTMLElement} E
 * @param {E} el
 * @param {number} share
 */
function shaded(el, share) {
  el.style.setProperty("--ck-depth", `${Math.round(100 * Math.min(1, Math.max(0, share)))}%`);
  el.classList.add("ck-results-shade");
  return el;
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

export default definePanel(build);

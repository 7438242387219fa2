// Results panel: the live distribution of states over the scale, by area and item, and each state's mean by area.
import { elementId, h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, count, quiet, showList } from "./panel_elements.js";
/** @import * as S from "../shared/types.js" */
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {M.RatedAreaView & {scale: string[], points: number, shownItems: boolean[], reasons: string[]}} AreaItem */
/** @typedef {{states: M.RatedStateView[], areas: Array<{id: string, title: string}>, top: number, beside: Record<string, string>, shown: boolean, reason: string}} Heat */

const AREAS = "areas";

/**
 * @param {Panel<M.ResultsView>} panel
 * @returns {(view: M.ResultsView) => void}
 */
function build(panel) {
  const [areas, heat] = [h("div"), h("div")];
  const key = h("ul", { class: "ck-results-key", "aria-label": "What the shades of the bars mean" });
  panel.frame("Results so far",
    quiet("You see the ratings of each state. Participants see nothing until you show it, and then only counts of five or more states: for a statement, of states on the scale; for an area, of ratings, one for each state and statement. The bars here count each state once, at its mean."),
    key, areas, h("h3", {}, "States and areas"), heat);
  return (view) => {
    const shades = view.scale.map((label, place) => ({ key: label, place }));
    const points = view.scale.length - view.beside;
    showList(key, shades, ({ key: label, place }) => h("li", {}, swatch(place, points), label));
    const found = view.order.map((id) => view.areas[id]);
    const shown = new Set(view.shown);
    const items = found.map((area) => ({ key: area.id, ...area, scale: view.scale, points, shownItems: area.items.map(({ id }) => shown.has(id)), reasons: area.items.map(({ id }) => view.withheld[id] ?? "") }));
    showList(areas, items, (area) => buildArea(panel, area), () => quiet("This session rates nothing."));
    const table = { key: "heat", states: Object.values(view.states), areas: found.map(({ id, title }) => ({ id, title })), top: view.top, beside: view.off_scale, shown: shown.has(AREAS), reason: view.withheld[AREAS] ?? "" };
    showList(heat, [table], () => buildHeat(panel, table));
  };
}

// An area, collapsed to one line; its items as a table of counts.
/**
 * @param {Panel<M.ResultsView>} panel
 * @param {AreaItem} area
 */
function buildArea(panel, { title, counts, items, scale, points, shownItems, reasons }) {
  const states = sum(counts);
  return h("details", { class: "ck-results-fold", "data-focus": "area" },
    h("summary", { class: "ck-results-area" }, h("span", { class: "ck-results-title" }, title), " ",
      h("span", { class: "ck-panel-small" }, states ? count(states, "state") : "no one yet"), bar(counts, scale, points)),
    h("div", { class: "ck-results-scroll", tabindex: 0, role: "region", "aria-label": `${title}, item by item` },
      h("table", { class: "ck-results-items" },
        h("caption", { class: "ck-hidden" }, `${title}: how many states are at each point`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Statement"),
          scale.map((label) => h("th", { scope: "col", class: "ck-results-number" }, label)),
          h("th", { scope: "col" }, "Participants"))),
        h("tbody", {}, items.map((item, place) => buildItem(panel, item, shownItems[place], reasons[place]))))));
}

/**
 * @param {Panel<M.ResultsView>} panel
 * @param {M.RatedItemView} item
 * @param {boolean} isShown
 * @param {string} reason
 */
function buildItem(panel, { id, text, counts }, isShown, reason) {
  const most = Math.max(1, ...counts);
  return h("tr", {}, h("th", { scope: "row" }, text),
    counts.map((number) => shaded(h("td", { class: "ck-results-number" }, String(number)), number / most)),
    h("td", {}, showButton(panel, id, isShown, text, reason)));
}

/**
 * @param {Panel<M.ResultsView>} panel
 * @param {string} subject
 * @param {boolean} isShown
 * @param {string} about
 * @param {string} reason
 */
function showButton(panel, subject, isShown, about, reason) {
  const act = () => panel.act("show", { subject, value: { shown: !isShown } });
  const el = button(isShown ? "Hide" : "Show to participants", act, { name: `show-${subject}`, about });
  if (isShown || !reason) return el;
  const id = elementId("reason");
  el.disabled = true;
  el.setAttribute("aria-describedby", id);
  return h("span", {}, el, h("span", { class: "ck-shared-reason", id }, reason));
}

// Each state's mean for each area, as text for color-blind readers.
/**
 * @param {Panel<M.ResultsView>} panel
 * @param {Heat} heat
 */
function buildHeat(panel, { states, areas, top, beside, shown, reason }) {
  if (!states.length) return quiet("As soon as a state rates a statement, it appears here.");
  const rows = [...states].sort((one, other) => one.name.localeCompare(other.name));
  return h("div", {},
    h("p", { class: "ck-panel-buttons" }, showButton(panel, AREAS, shown, "where states stand by area", reason)),
    h("div", { class: "ck-results-scroll ck-results-tall", tabindex: 0, role: "region", "aria-label": "States and areas" },
      h("table", { class: "ck-results-heat" },
        h("caption", { class: "ck-panel-small" }, `Mean of a state's ratings, from 1 to ${top}. “?” is not sure yet, “n/a” does not apply, empty is not rated.`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "State"), areas.map(({ title }) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, rows.map(({ name, means }) => h("tr", {}, h("th", { scope: "row" }, name),
          areas.map(({ id }) => buildMean(means[id], top, beside))))))));
}

/**
 * @param {number | string | undefined} mean
 * @param {number} top
 * @param {Record<string, string>} beside
 */
function buildMean(mean, top, beside) {
  if (mean === undefined) return h("td", {});
  if (typeof mean === "string") return h("td", {}, h("span", { "aria-hidden": "true", title: beside[mean] }, mean === "not_sure" ? "?" : "n/a"), h("span", { class: "ck-hidden" }, beside[mean]));
  return shaded(h("td", {}, mean.toFixed(1)), (mean - 1) / (top - 1));
}

// The counts as a bar, hidden from screen readers.
/**
 * @param {number[]} counts
 * @param {string[]} scale
 * @param {number} points
 */
function bar(counts, scale, points) {
  const whole = sum(counts) || 1;
  return h("span", { class: "ck-results-bar", "aria-hidden": "true", title: scale.map((label, place) => `${label}: ${counts[place]}`).join("\n") },
    counts.map((number, place) => {
      const el = swatch(place, points, number || "");
      el.style.inlineSize = `${(100 * number) / whole}%`;
      return number ? el : null;
    }));
}

// The color of one of the `points` of the scale; what follows them is off the scale.
/**
 * @param {number} place
 * @param {number} points
 * @param {S.Child} [words]
 */
function swatch(place, points, words = "") {
  if (place === points) return h("span", { class: "ck-results-unsure" }, words);
  if (place > points) return h("span", { class: "ck-results-unsure ck-results-outside" }, words);
  return shaded(h("span", {}, words), place / (points - 1));
}

// Darker for higher shares.
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

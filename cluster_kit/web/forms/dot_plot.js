// All statements of a revealed exercise in one picture: a row per statement, a dot per teammate on the scale, and the
// choices off the scale apart. The widest differences come first. Every row leads to its statement; a table says the
// same in words.
import { elementId, h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

const FLIGHT_MS = 1000; // dots have arrived by then (dot_plot.css)
const MOST_DOTS = 12;
const LAST_TO_START = 10;

/**
 * One row. `points`: the count of each point or choice off the scale; `mine`: the person's own; `value`: the team's
 * value without a consensus; `settled`: the value proposed or settled, or null; `hidden`: the person rates first.
 * @typedef {{id: string, text: string, target: string, first: boolean, points: Record<string, number>, mine: string | null,
 *   value: string | null, settled: string | null, hidden: boolean, status: string, state: string, words: string}} PlotRow
 */

export class DotPlot {
  /** @type {string | undefined} */
  key;
  /** @type {string[]} */
  order = [];

  // `jump` follows a link to a statement.
  /**
   * @param {M.ScalePointView[]} scale
   * @param {M.OffScaleView[]} offScale
   * @param {(event: Event, target: string) => void} jump
   */
  constructor(scale, offScale, jump) {
    this.jump = jump;
    this.columns = [
      ...scale.map(({ value, label }) => ({ id: String(value), sign: String(value), label, beside: false })),
      ...offScale.map(({ id, label }) => ({ id, sign: id === "not_sure" ? "?" : "n/a", label: label.replace(/, because …$/, ""), beside: true })),
    ];
    this.rows = h("div", { class: "ck-plot-rows" });
    this.tableBody = h("tbody", {});
    const name = elementId("plot-table");
    const table = h("details", { class: "ck-plot-table" }, h("summary", { id: name }, "The same as a table"),
      h("table", { "aria-labelledby": name },
        h("thead", {}, h("tr", {}, ["Statement", "Ratings", "Result so far"].map((title) => h("th", { scope: "col" }, title)))),
        this.tableBody));
    this.element = h("div", { class: "ck-plot" }, this.#legend(), this.rows, table);
  }

  // The first call lets the dots fly in. Rows keep their order while one of them is in use.
  /** @param {PlotRow[]} rows */
  show(rows) {
    const isInUse = this.rows.contains(document.activeElement) || this.rows.matches(":hover");
    /** @type {PlotRow[]} */
    const shown = isInUse ? this.#inShownOrder(rows) : rows;
    const key = JSON.stringify(shown);
    if (key === this.key) return;
    if (this.key === undefined) this.#celebrate();
    this.key = key;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.item;
    const first = shown.filter((row) => row.first);
    const others = shown.filter((row) => !row.first);
    this.rows.replaceChildren(...this.#group("Talk about these first", first, 0), ...this.#group(first.length ? "The other statements" : "", others, first.length));
    this.tableBody.replaceChildren(...shown.map((row) => h("tr", {}, h("th", { scope: "row" }, row.text), h("td", {}, row.words), h("td", {}, row.status))));
    this.order = shown.map(({ id }) => id);
    if (focused && !this.rows.contains(document.activeElement)) this.#link(focused)?.focus({ preventScroll: true });
  }

  /** @param {string} item */
  #link(item) {
    return /** @type {HTMLElement | undefined} */ ([...this.rows.querySelectorAll("a")].find((link) => link.dataset.item === item));
  }

  /**
   * @param {PlotRow[]} rows
   * @returns {PlotRow[]}
   */
  #inShownOrder(rows) {
    const { order } = this;
    /** @param {PlotRow} row */
    const place = ({ id }) => (order.includes(id) ? order.indexOf(id) : order.length);
    return [...rows].sort((a, b) => place(a) - place(b));
  }

  #celebrate() {
    this.element.classList.add("ck-plot-fresh");
    setTimeout(() => this.element.classList.remove("ck-plot-fresh"), FLIGHT_MS + 200);
  }

  #legend() {
    const scale = this.columns.map(({ sign, label, beside }) => h("li", { class: beside ? "ck-plot-beside" : null }, h("b", {}, sign), ` ${label}`));
    const signs = [
      ["ck-plot-dot ck-plot-mine", "You"],
      ["ck-plot-dot", "A teammate"],
      ["ck-plot-middle", "Your state’s value so far: the rating in the middle, or the lower of two"],
      ["ck-plot-settled", "Team rating, agreed or proposed"],
    ].map(([kind, words]) => h("li", {}, h("span", { class: kind, "aria-hidden": "true" }), ` ${words}`));
    return h("div", { class: "ck-plot-legend" }, h("ul", {}, scale), h("ul", {}, signs));
  }

  /**
   * @param {string} title
   * @param {PlotRow[]} rows
   * @param {number} before
   */
  #group(title, rows, before) {
    if (!rows.length) return [];
    const list = h("ol", {}, rows.map((row, at) => this.#row(row, before + at)));
    return [...(title ? [h("p", { class: "ck-small-title" }, title)] : []), list];
  }

  /**
   * @param {PlotRow} row
   * @param {number} at
   */
  #row(row, at) {
    const link = h("a", { href: `#${row.target}`, "data-item": row.id, onclick: (event) => this.jump(event, row.target) }, row.text);
    const words = row.hidden ? "" : h("span", { class: "ck-hidden" }, ` ${row.words}. `);
    return h("li", { class: "ck-plot-row", "data-state": row.state },
      h("div", { class: "ck-plot-statement" }, link, words, h("span", { class: "ck-plot-status" }, row.status)),
      row.hidden ? null : this.#track(row, at));
  }

  /**
   * @param {PlotRow} row
   * @param {number} at
   */
  #track(row, at) {
    const track = h("div", { class: "ck-plot-track", "aria-hidden": "true" });
    track.style.setProperty("--ck-columns", String(this.columns.length));
    track.append(...this.#range(row), ...this.columns.map((column, place) => this.#stop(row, column, place, at)));
    return track;
  }

  // A bar from the lowest to the highest point.
  /** @param {PlotRow} row */
  #range(row) {
    const chosen = this.columns.flatMap(({ id, beside }, place) => (!beside && row.points[id] ? [place] : []));
    if (chosen.length < 2) return [];
    const bar = h("span", { class: "ck-plot-range" });
    bar.style.gridColumn = `${chosen[0] + 1} / ${chosen[chosen.length - 1] + 2}`;
    bar.style.setProperty("--ck-stops", String(chosen[chosen.length - 1] - chosen[0] + 1));
    return [bar];
  }

  /**
   * @param {PlotRow} row
   * @param {{id: string, sign: string, beside: boolean}} column
   * @param {number} place
   * @param {number} at
   */
  #stop(row, { id, sign, beside }, place, at) {
    const count = row.points[id] ?? 0;
    const dots = Array.from({ length: Math.min(count, MOST_DOTS) }, (_, number) => {
      const dot = h("span", { class: row.mine === id && number === 0 ? "ck-plot-dot ck-plot-mine" : "ck-plot-dot" });
      dot.style.setProperty("--ck-from", String((this.columns.length - 1) / 2 - place));
      dot.style.setProperty("--ck-order", String(Math.min(at + number, LAST_TO_START)));
      return dot;
    });
    const mark = row.settled === id ? "ck-plot-settled" : row.settled === null && row.value === id && !beside ? "ck-plot-middle" : "";
    const stop = h("span", { class: `ck-plot-stop${beside ? " ck-plot-beside" : ""}` },
      h("span", { class: "ck-plot-dots" }, dots), h("span", { class: "ck-plot-mark" }, mark && h("span", { class: mark })),
      h("span", { class: "ck-plot-tick" }, sign));
    stop.style.gridColumn = String(place + 1);
    return stop;
  }
}

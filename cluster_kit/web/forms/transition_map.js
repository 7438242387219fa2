// Rows of a table as the stations of a path: a diagram of the systems, with an arc for each way from one to another, and
// below it the same as a list of links to the rows. The list is the path itself where there is no room for the diagram.
import { OTHER_PREFIX } from "./completeness.js";
import { optionInWords } from "./controls.js";
import { elementId, h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const MARGIN = 85;
const FIRST_ARC = 52; // height of the lowest arc
const NEXT_ARC = 46; // and of each further one between the same systems
const WIDER_ARC = 26; // and for each system that it passes
const LINE_LETTERS = 14;
const LINE_HEIGHT = 17;

/** @typedef {{id: string, name: string, element: HTMLElement, focus: () => void}} Row */
/** @typedef {{number: number, row: Row, title: string, from: string, to: string, strength: M.ScalePointView | undefined, share: number}} Station */

export class TransitionMap {
  /**
   * @param {T.Form} form
   * @param {M.TablePromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    /** @type {Row[]} */
    this.rows = [];
    this.drawn = "";
    /** @type {Set<string>} */
    this.watched = new Set();
    const title = elementId("map");
    this.picture = h("div", { class: "ck-map-picture", "aria-hidden": "true" });
    this.list = h("ol", { class: "ck-map-list" });
    this.key = h("p", { class: "ck-map-key" });
    this.element = h("div", { class: "ck-map", role: "group", "aria-labelledby": title, hidden: true },
      h("p", { class: "ck-map-title", id: title }, "Your map"), this.picture, this.list, this.key);
  }

  /** @param {Row[]} rows */
  draw(rows) {
    this.rows = rows;
    for (const { id } of rows) {
      if (this.watched.has(id)) continue;
      this.watched.add(id);
      for (const column of this.prompt.columns) this.form.store.watch(this.#address(id, column.id), () => this.#refresh());
    }
    this.#refresh();
  }

  #refresh() {
    const stations = this.rows.map((row, at) => this.#station(row, at + 1));
    const placed = stations.filter(({ from, to }) => from && to);
    const drawn = JSON.stringify(stations.map(({ row, ...words }) => [row.id, words]));
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.element.hidden = stations.length === 0;
    this.picture.hidden = placed.length === 0;
    this.key.hidden = !placed.some(({ strength }) => strength);
    this.key.textContent = "A solid ring: rated in the upper half of the scale. A dashed ring: in the lower half.";
    this.picture.replaceChildren(...(placed.length > 0 ? [this.#diagram(placed)] : []));
    this.list.replaceChildren(...stations.map((station) => this.#entry(station)));
  }

  /**
   * @param {string} row
   * @param {string} column
   * @returns {T.Address}
   */
  #address(row, column) {
    const { id, columns, scope } = this.prompt;
    return { prompt: `${id}.${column}`, row, scope: columns.find((one) => one.id === column)?.scope ?? scope };
  }

  /**
   * @param {Row} row
   * @param {number} number
   * @returns {Station}
   */
  #station(row, number) {
    /** @param {string} column */
    const value = (column) => this.form.store.value(this.#address(row.id, column));
    const [from, to] = this.prompt.path ?? [];
    const rating = this.prompt.columns.find((column) => column.kind === "rating");
    const scale = rating?.kind === "rating" ? rating.scale : [];
    const at = rating ? scale.findIndex((point) => point.value === value(rating.id)) : -1;
    const title = String(value(this.prompt.columns[0].id) ?? "").trim() || row.name;
    return { number, row, title, from: value(from) ?? "", to: value(to) ?? "", strength: scale[at], share: (at + 1) / scale.length };
  }

  /** @param {string} system */
  #systemName(system) {
    const column = this.prompt.columns.find((one) => one.id === this.prompt.path?.[0]);
    if (system.startsWith(OTHER_PREFIX)) return system.slice(OTHER_PREFIX.length);
    return system && column?.kind === "choice" ? optionInWords(column, system) : system;
  }

  // The systems that the stations name, in the order of the options; others come last.
  /** @param {Station[]} stations */
  #systems(stations) {
    const column = this.prompt.columns.find((one) => one.id === this.prompt.path?.[0]);
    const order = column?.kind === "choice" ? column.options.map(({ id }) => id) : [];
    const named = [...new Set(stations.flatMap(({ from, to }) => [from, to]))];
    /** @param {string} system */
    const place = (system) => (order.includes(system) ? order.indexOf(system) : order.length);
    return named.sort((one, other) => place(one) - place(other));
  }

  // --- the list ---

  /** @param {Station} station */
  #entry(station) {
    const { number, title, from, to, strength } = station;
    const way = from && to ? `${this.#systemName(from)} to ${this.#systemName(to)}` : "Mark where learners come from and where they go.";
    return h("li", { class: "ck-map-entry", "data-strength": strengthOf(station) },
      h("span", { class: "ck-map-number", "aria-hidden": "true" }, String(number)),
      h("div", {}, this.#link(station, h("a", { dir: "auto" }, h("span", { class: "ck-hidden" }, `${number}. `), title)),
        h("p", {}, way, strength ? `. ${strength.value} · ${strength.label}` : "")));
  }

  /**
   * @template {Element} A
   * @param {Station} station
   * @param {A} link
   */
  #link({ row }, link) {
    row.element.id ||= elementId("row");
    link.setAttribute("href", `#${row.element.id}`);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      row.element.scrollIntoView({ block: "start" });
      row.focus();
    });
    return link;
  }

  // --- the diagram ---

  /** @param {Station[]} stations */
  #diagram(stations) {
    const systems = this.#systems(stations);
    const step = systems.length > 1 ? (WIDTH - 2 * MARGIN) / (systems.length - 1) : 0;
    /** @param {string} system */
    const x = (system) => (systems.length > 1 ? MARGIN + step * systems.indexOf(system) : WIDTH / 2);
    const arcs = layOut(stations, systems);
    const line = Math.max(...arcs.map(({ height }) => height)) + 34;
    const labels = systems.map((system) => wrap(this.#systemName(system)));
    const height = line + 24 + LINE_HEIGHT * Math.max(...labels.map(({ length }) => length)) + 6;
    return draw("svg", { class: "ck-map-svg", viewBox: `0 0 ${WIDTH} ${Math.round(height)}` }, [
      draw("path", { class: "ck-map-line", d: `M${x(systems[0]) - 30} ${line}H${x(systems[systems.length - 1]) + 30}` }),
      ...arcs.map(({ station, height: rise }) => draw("path", { class: "ck-map-arc", "data-strength": strengthOf(station), d: arc(x(station.from), x(station.to), line, rise) })),
      ...systems.map((system, at) => draw("g", {}, [
        draw("circle", { class: "ck-map-system", cx: x(system), cy: line, r: 8 }),
        ...labels[at].map((words, row) => draw("text", { class: "ck-map-label", x: x(system), y: line + 30 + row * LINE_HEIGHT }, [words])),
      ])),
      ...arcs.map(({ station, height: rise }) => this.#link(station, draw("a", { tabindex: -1, class: "ck-map-station", "data-strength": strengthOf(station) }, [
        draw("title", {}, [station.title]),
        draw("circle", { cx: (x(station.from) + x(station.to)) / 2, cy: line - rise, r: 16 }),
        draw("text", { x: (x(station.from) + x(station.to)) / 2, y: line - rise + 5.5 }, [String(station.number)]),
      ]))),
    ]);
  }
}

/** @param {Station} station */
function strengthOf({ strength, share }) {
  return strength ? (share > 0.5 ? "high" : "low") : "none";
}

// The height of each station's arc: higher between systems that are farther apart, and for each further one between them.
/**
 * @param {Station[]} stations
 * @param {string[]} systems
 */
function layOut(stations, systems) {
  /** @type {Map<string, number>} */
  const lanes = new Map();
  return stations.map((station) => {
    const between = [systems.indexOf(station.from), systems.indexOf(station.to)].sort((one, other) => one - other);
    // Arcs with one middle share their lanes, or their stations would be on top of each other.
    const middle = String(between[0] + between[1]);
    const lane = lanes.get(middle) ?? 0;
    lanes.set(middle, lane + 1);
    return { station, height: FIRST_ARC + lane * NEXT_ARC + Math.max(between[1] - between[0] - 1, 0) * WIDER_ARC };
  });
}

// An arc to just above the system where it ends, with an arrowhead.
/**
 * @param {number} from
 * @param {number} to
 * @param {number} line
 * @param {number} rise
 */
function arc(from, to, line, rise) {
  const apart = 6 * Math.sign(to - from); // who leaves a system and who arrives there do not share a point
  const [start, end] = [from + apart, to - apart];
  const foot = line - 10;
  const top = line - rise;
  const control = 2 * top - foot; // a quadratic curve passes halfway to its control point
  const middle = start === end ? start + 70 : (start + end) / 2;
  const lean = Math.atan2(foot - control, end - middle);
  /** @param {number} turn */
  const barb = (turn) => `${Math.round(end - 11 * Math.cos(lean + turn))} ${Math.round(foot - 11 * Math.sin(lean + turn))}`;
  return `M${start} ${foot}Q${middle} ${control} ${end} ${foot}M${barb(0.5)}L${end} ${foot}L${barb(-0.5)}`;
}

/** @param {string} words */
function wrap(words) {
  /** @type {string[]} */
  const lines = [];
  for (const word of words.split(/\s+/)) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + word.length < LINE_LETTERS) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 4);
}

// Elements of the diagram. Strings become text, never markup.
/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {Array<Node | string>} [children]
 */
function draw(tag, attributes, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

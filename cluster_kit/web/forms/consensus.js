// One item as a team sees it once its ratings are revealed: how many chose each point, never who; what teammates noted; and
// what the team settles on, with its reason and the view that differs.
import { inWords } from "./controls.js";
import { elementId, h } from "../shared/dom.js";
import { Field } from "./field.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @typedef {"open" | "settled" | "few" | "agree" | "differ"} Standing */

const UNSURE = "not_sure";
/** @type {M.ItemSpreadView} */
const NOBODY_YET = { rated: 0, points: {}, notes: [] };

export class Consensus {
  /** @type {string | undefined} */
  spreadKey;
  /** @type {boolean | undefined} */
  built;
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  rated;
  /** @type {HTMLElement} */
  notes;
  /** @type {HTMLElement} */
  hint;
  /** @type {HTMLElement} */
  easy;
  /** @type {HTMLElement} */
  easyPoint;
  /** @type {HTMLDetailsElement} */
  how;
  /** @type {M.CellPromptView[]} */
  words;

  /**
   * @param {T.Form} form
   * @param {M.ItemsPromptView} prompt
   * @param {M.ItemView} item
   */
  constructor(form, prompt, item) {
    this.form = form;
    this.prompt = prompt;
    this.item = item;
    /** @type {Record<string, Field>} */
    this.fields = {};
    /** @type {T.FieldPrompt} */
    this.rating = { id: "rating", label: item.text, kind: "rating", scale: item.scale };
    this.verdict = h("span", { class: "ck-verdict" });
    this.element = h("div", { class: "ck-together", role: "group", "aria-label": `Your team: ${item.text}`, id: elementId("together"), tabindex: "-1", hidden: true });
  }

  get spread() {
    return this.form.store.room?.spread?.[this.prompt.id]?.[this.item.id] ?? NOBODY_YET;
  }

  // "open" (two answers to choose between), "settled", "few" (fewer than two have rated), "agree" or "differ".
  /** @returns {Standing} */
  get standing() {
    const { store } = this.form;
    const address = this.#address("consensus");
    if (store.versions(address)) return "open";
    if (store.value(address) !== null) return "settled";
    if (this.spread.rated < 2) return "few";
    return Object.keys(this.spread.points).length === 1 ? "agree" : "differ";
  }

  // What all chose, where they agree.
  get common() {
    return pointValue(Object.keys(this.spread.points)[0]);
  }

  // How many points lie between the team's ratings; somebody who is not sure differs from everybody a little.
  get apart() {
    const points = Object.keys(this.spread.points).filter((point) => point !== UNSURE).map(Number);
    return points.length ? Math.max(...points) - Math.min(...points) + (this.spread.points[UNSURE] ? 0.5 : 0) : 0;
  }

  // For example "1 · Not yet: one of you; 3 · In place: 2 of you".
  get inShort() {
    const { points } = this.spread;
    return Object.entries(points).map(([point, count]) => `${this.#inWords(pointValue(point))}: ${count === 1 ? "one" : count} of you`).join("; ");
  }

  // Settles on what all chose.
  agree() {
    this.fields.consensus.answer(this.common);
  }

  refresh() {
    const { revealed } = this.form.store.room ?? {};
    if (revealed && !this.built) this.#build();
    this.element.hidden = !revealed;
    if (!revealed) return;
    const { standing } = this;
    this.element.dataset.standing = standing;
    setText(this.verdict, this.#verdictInWords(standing));
    this.#showSpread();
    this.#showWords(standing);
    this.easy.hidden = standing !== "agree";
    if (standing === "agree") setText(this.easyPoint, this.#inWords(this.common));
  }

  #build() {
    this.built = true;
    const { form, item } = this;
    this.list = h("ul", { class: "ck-spread" });
    this.rated = h("p", { class: "ck-guide" });
    this.notes = h("div", { class: "ck-notes" });
    this.how = h("details", { class: "ck-how" }, h("summary", {}, "How your team rated"), this.list, this.rated, this.notes);
    this.how.open = this.#mine() !== null;
    this.hint = h("p", { class: "ck-guide" }, "Rate this statement yourself first, then look at how your team rated it.");
    form.store.watch(this.#address("rating"), () => {
      if (this.#mine() !== null) this.how.open = true;
    });
    this.easyPoint = h("span", {});
    this.easy = h("button", { type: "button", class: "ck-button", onclick: () => this.#settle() },
      "We agree: settle on ", this.easyPoint, h("span", { class: "ck-hidden" }, `: ${item.text}`));
    const asked = this.prompt.together.map((column) => this.#field(column));
    this.words = this.prompt.together.filter((column) => column.kind === "text");
    this.element.append(
      h("p", { class: "ck-together-head" }, "Your team", this.verdict),
      this.hint, this.how, this.easy, ...asked);
  }

  /** @param {M.CellPromptView} column */
  #field(column) {
    const brief = this.item.scale.map(({ value, label }) => ({ value, label }));
    const prompt = column.kind === "rating" ? { ...column, scale: brief, inline: true } : { ...column, rows: 2 };
    const field = new Field(this.form, prompt, this.#address(column.id), { about: this.item.text });
    this.fields[column.id] = field;
    return field.element;
  }

  /**
   * @param {string} column
   * @returns {T.Address}
   */
  #address(column) {
    return { prompt: `${this.prompt.id}.${column}`, row: this.item.id, scope: column === "rating" ? this.prompt.scope : "team" };
  }

  #mine() {
    return this.form.store.value(this.#address("rating"));
  }

  #settle() {
    this.agree();
    this.fields.consensus.focus();
  }

  /** @param {any} value */
  #inWords(value) {
    return inWords(this.rating, value);
  }

  /** @param {Standing} standing */
  #verdictInWords(standing) {
    if (standing === "settled") return `Settled on ${this.#inWords(this.form.store.value(this.#address("consensus")))}`;
    return { open: "Choose between two answers", agree: "You agree", differ: "Talk about this", few: "Fewer than two have rated" }[standing];
  }

  // Reasons are asked for once there is something to give them for.
  /** @param {Standing} standing */
  #showWords(standing) {
    const { store } = this.form;
    const wanted = ["settled", "open"].includes(standing) || this.words.some(({ id }) => store.value(this.#address(id)) !== null);
    for (const { id } of this.words) {
      const { element } = this.fields[id];
      element.hidden = !wanted && !element.contains(document.activeElement);
    }
  }

  #showSpread() {
    const { rated, points, notes } = this.spread;
    const team = this.form.store.room?.team ?? 0;
    const mine = this.#mine();
    const key = JSON.stringify([rated, points, notes, team, mine]);
    if (key === this.spreadKey) return;
    this.spreadKey = key;
    this.hint.hidden = mine !== null;
    const scale = [...this.item.scale.map(({ value }) => String(value)), ...(points[UNSURE] ? [UNSURE] : [])];
    this.list.hidden = rated < 2;
    this.list.replaceChildren(...scale.map((point) => this.#point(point, points[point] ?? 0, isPoint(mine, point))));
    const few = rated < 2 ? " The points are shown once two have." : "";
    setText(this.rated, `${rated} of ${team} ${rated === 1 ? "has" : "have"} rated this.${few}`);
    this.notes.hidden = !notes.length;
    this.notes.replaceChildren(h("p", { class: "ck-small-title" }, "What teammates noted"),
      h("ul", {}, notes.map((note) => h("li", { dir: "auto" }, note))));
  }

  // One point of the scale: its name, a dot for each who chose it, and how many that is, in words.
  /**
   * @param {string} point
   * @param {number} count
   * @param {boolean} isMine
   */
  #point(point, count, isMine) {
    const dots = Array.from({ length: Math.min(count, 12) }, (_, at) => h("span", { class: isMine && at === 0 ? "ck-dot ck-dot-mine" : "ck-dot" }));
    return h("li", { class: count ? "ck-point" : "ck-point ck-point-empty" },
      h("span", { class: "ck-point-name" }, this.#inWords(pointValue(point))),
      h("span", { class: "ck-dots", "aria-hidden": "true" }, dots),
      h("span", { class: "ck-point-count" }, whoInWords(count, isMine)));
  }
}

/**
 * @param {any} value
 * @param {string} point
 */
function isPoint(value, point) {
  return String(value) === point;
}

/** @param {string} point */
function pointValue(point) {
  return point === UNSURE ? point : Number(point);
}

/**
 * @param {number} count
 * @param {boolean} isMine
 */
function whoInWords(count, isMine) {
  const others = isMine ? Math.max(count - 1, 0) : count;
  const mates = others && `${others} ${others === 1 ? "teammate" : "teammates"}`;
  if (isMine) return mates ? `you and ${mates}` : "you";
  return mates || "nobody";
}

/**
 * @param {HTMLElement} element
 * @param {string} words
 */
function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// How many statements of a prompt are rated, in view while one rates, and the way to the next one without a rating.
import { h } from "../shared/dom.js";
import { isAnswered } from "./completeness.js";
/** @import { Field } from "./field.js" */
/** @import * as T from "./types.js" */

const LEAST = 3; // fewer are seen at a glance

export class ItemsProgress {
  /** @type {Array<{element: HTMLElement, rating: Field}>} */
  #items = [];
  #last = -1; // the statement in which the focus was

  /**
   * @param {T.Form} form
   * @param {boolean} hasTeam
   */
  constructor(form, hasTeam) {
    this.form = form;
    this.hasTeam = hasTeam;
    this.words = h("span", {});
    this.bar = h("progress", { "aria-hidden": "true" });
    this.next = h("button", { type: "button", onclick: () => this.#goOn() }, "Next statement");
    this.element = h("div", { class: "ck-items-progress", hidden: true }, this.words, this.bar, this.next);
    form.store.on("answers", () => this.#refreshSoon());
    form.store.on("exercise", () => this.#refreshSoon()); // it ends once the team's ratings are shown
    form.store.watch(form.depth.address, () => this.#refreshSoon());
  }

  /**
   * @param {HTMLElement} element
   * @param {Field} rating
   */
  add(element, rating) {
    const place = this.#items.push({ element, rating }) - 1;
    element.addEventListener("focusin", () => (this.#last = place));
    this.#refreshSoon();
  }

  #refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#refresh());
  }

  #asked() {
    return this.#items.filter(({ element }) => !element.closest("[hidden]"));
  }

  /** @param {{rating: Field}} item */
  #isRated = ({ rating }) => isAnswered(this.form.store, rating.prompt, rating.address);

  #refresh() {
    const asked = this.#asked();
    const rated = asked.filter(this.#isRated).length;
    const isDone = rated === asked.length;
    const words = isDone ? `All ${asked.length} rated.${this.hasTeam ? " Next, your team looks at its ratings together." : ""}` : `${rated} of ${asked.length} rated`;
    if (this.words.textContent !== words) this.words.textContent = words;
    this.element.dataset.rated = String(rated);
    this.bar.max = asked.length;
    this.bar.value = rated;
    this.bar.hidden = this.next.hidden = isDone;
    this.element.hidden = asked.length < LEAST || Boolean(this.form.store.exerciseState?.revealed && isDone);
  }

  // The next one after where the focus was, else the first.
  #goOn() {
    const open = this.#asked().filter((item) => !this.#isRated(item));
    const next = open.find((item) => this.#items.indexOf(item) > this.#last) ?? open[0];
    if (!next) return;
    next.element.scrollIntoView({ block: "start" });
    next.rating.control.targets[0].focus({ preventScroll: true });
  }
}

// How many statements of a prompt are rated, in view while one rates, and the way to the next one without a rating. Once the
// team's ratings are shown, the same for what the team has not settled.
import { h } from "../shared/dom.js";
import { isAnswered } from "./completeness.js";
/** @import { Field } from "./field.js" */
/** @import { Team } from "./team.js" */
/** @import * as T from "./types.js" */

const LEAST = 3; // fewer are seen at a glance

export class ItemsProgress {
  /** @type {Array<{element: HTMLElement, rating: Field}>} */
  #items = [];
  #last = -1; // the statement in which the focus was

  /**
   * @param {T.Form} form
   * @param {Team | null} team
   */
  constructor(form, team) {
    this.form = form;
    this.team = team;
    this.words = h("span", {});
    this.bar = h("progress", { "aria-hidden": "true" });
    this.next = h("button", { type: "button", class: "ck-primary", onclick: () => this.#goOn() }, "Next statement");
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
    element.addEventListener("focusin", () => {
      this.#last = place;
      if (this.ahead) this.#refreshSoon();
    });
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
    const isRevealed = Boolean(this.form.store.exerciseState?.revealed);
    const ahead = isRevealed ? this.team?.findOpen(this.#last) : null;
    this.ahead = ahead?.element;
    this.element.classList.toggle("ck-goes-on", Boolean(ahead));
    if (ahead) this.#show(`${ahead.settled} of ${ahead.all} with a team rating`, ahead.settled, ahead.all, `Next: statement ${ahead.number}, ${ahead.why}`);
    else if (isDone) this.#show(`All ${asked.length} rated.${this.team ? " Next, your team looks at its ratings together." : ""}`, rated, asked.length, "");
    else this.#show(`${rated} of ${asked.length} rated`, rated, asked.length, "Next statement");
    this.element.hidden = asked.length < LEAST || (isRevealed && isDone && !ahead);
  }

  /**
   * @param {string} words
   * @param {number} value
   * @param {number} max
   * @param {string} next
   */
  #show(words, value, max, next) {
    if (this.words.textContent !== words) this.words.textContent = words;
    this.bar.max = max;
    this.bar.value = value;
    this.bar.hidden = this.next.hidden = !next;
    if (next && this.next.textContent !== next) this.next.textContent = next;
  }

  // The next one after where the focus was, else the first.
  #goOn() {
    if (this.ahead) {
      this.ahead.scrollIntoView({ block: "start" });
      this.ahead.focus({ preventScroll: true });
      return;
    }
    const open = this.#asked().filter((item) => !this.#isRated(item));
    const next = open.find((item) => this.#items.indexOf(item) > this.#last) ?? open[0];
    if (!next) return;
    next.element.scrollIntoView({ block: "start" });
    next.rating.control.targets[0].focus({ preventScroll: true });
  }
}

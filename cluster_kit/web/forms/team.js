// People rate alone; then the team sees its own ratings side by side. Before that: who sees what, and the team's button to
// show them. After it: what to talk about first. Items stay where they are; the overview leads to them.
import { elementId, h, mintId } from "../shared/dom.js";
import { Consensus } from "./consensus.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const AGAIN_AFTER_MS = 15_000;
const ALONE = "Rate alone first: no teammate sees your ratings until they are shown to your team. Then it sees how many of you chose each point, and your notes without names. Facilitators see where your state stands, never who chose what.";
const TWO = "As two of you have rated, each will know what the other chose.";

export class Team {
  /** @type {string | undefined} */
  firstKey;

  /**
   * @param {T.Form} form
   * @param {M.ItemsPromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    /** @type {Array<{item: M.ItemView, element: HTMLElement, consensus: Consensus}>} */
    this.items = [];
    this.title = h("p", { class: "ck-overview-title", id: elementId("overview"), tabindex: "-1" }, "How your team sees it");
    this.sums = h("p", {});
    this.first = h("div", { hidden: true });
    this.all = h("button", { type: "button", class: "ck-button", onclick: () => this.#settleAll() });
    this.shown = h("div", { class: "ck-overview", role: "group", "aria-labelledby": this.title.id, hidden: true }, this.title, this.sums, this.first, this.all);
    this.alone = h("p", { class: "ck-help" }, ALONE);
    this.overview = h("div", {}, this.alone, this.shown);
    this.revealing = new Revealing(form, () => this.title.focus());
    this.reveal = this.revealing.element;
    form.store.on("room", () => this.#hear());
    form.store.on("answers", () => this.#later());
    form.store.watch(form.depth.address, () => this.#later());
  }

  // `element` is the item's own; what belongs to the team comes after what is asked of each person.
  /**
   * @param {M.ItemView} item
   * @param {HTMLElement} element
   */
  add(item, element) {
    const consensus = new Consensus(this.form, this.prompt, item);
    element.append(consensus.element);
    this.items.push({ item, element, consensus });
    this.#later();
  }

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#refresh());
  }

  /**
   */
  #hear() {
    const was = this.isRevealed;
    this.#refresh();
    if (this.isRevealed && !was) this.form.announce(`Your team’s ratings are shown now. ${this.sums.textContent}`);
  }

  #refresh() {
    this.isRevealed = Boolean(this.form.store.room?.revealed);
    for (const { consensus } of this.items) consensus.refresh();
    this.alone.hidden = this.isRevealed;
    this.shown.hidden = !this.isRevealed;
    this.revealing.refresh();
    if (this.isRevealed) this.#showOverview();
  }

  /** @param {string} [standing] */
  #asked(standing) {
    const asked = this.items.filter(({ element }) => !element.closest("[hidden]"));
    return standing ? asked.filter(({ consensus }) => consensus.standing === standing) : asked;
  }

  #showOverview() {
    const agree = this.#asked("agree");
    const sums = this.#inWords();
    if (this.sums.textContent !== sums) this.sums.textContent = sums;
    this.all.hidden = agree.length < 2;
    this.all.textContent = `Settle the ${agree.length} statements on which you agree`;
    this.#showFirst();
  }

  #inWords() {
    /** @param {string} standing */
    const count = (standing) => this.#asked(standing).length;
    const all = this.#asked().length;
    const statements = all === 1 ? "1 statement" : `${all} statements`;
    if (count("settled") === all) return `Your team has settled ${statements}. You can still change what you settled on.`;
    const parts = [
      [count("differ"), "to talk about"],
      [count("open"), "with two answers to choose between"],
      [count("agree"), "on which you agree"],
      [count("settled"), "settled"],
      [count("few"), "that fewer than two of you have rated"],
    ];
    return `${statements}: ${parts.filter(([number]) => number).map(([number, words]) => `${number} ${words}`).join(", ")}.`;
  }

  // The furthest apart come first. The list stays as it is while somebody is at it.
  #showFirst() {
    if (this.first.contains(document.activeElement) || this.first.matches(":hover")) return;
    const differ = [...this.#asked("open"), ...this.#asked("differ").sort((a, b) => b.consensus.apart - a.consensus.apart)];
    const key = JSON.stringify(differ.map(({ item, consensus }) => [item.id, consensus.inShort]));
    if (key === this.firstKey) return;
    this.firstKey = key;
    this.first.hidden = !differ.length;
    this.first.replaceChildren(h("p", { class: "ck-small-title" }, "Talk about these first"), h("ol", {}, differ.map(({ item, consensus }) =>
      h("li", {}, h("a", { href: `#${consensus.element.id}`, onclick: (event) => goTo(event, consensus.element) }, item.text),
        h("span", { class: "ck-option-help" }, consensus.inShort)))));
  }

  #settleAll() {
    for (const { consensus } of this.#asked("agree")) consensus.agree();
    this.title.focus();
  }
}

// The team's own button. It says what it does before it does it.
class Revealing {
  /**
   * @param {T.Form} form
   * @param {() => void} onDone
   */
  constructor(form, onDone) {
    this.form = form;
    this.onDone = onDone;
    this.count = h("p", {});
    this.problem = h("p", { class: "ck-problem", role: "alert" });
    this.ask = h("button", { type: "button", class: "ck-button", onclick: () => this.#confirm(true) }, "Show our spread");
    this.go = h("button", { type: "button", class: "ck-button", onclick: () => this.#reveal() }, "Yes, show it to our team");
    const not = h("button", { type: "button", class: "ck-quiet", onclick: () => this.#confirm(false) }, "Not yet");
    this.two = h("p", {}, TWO);
    this.sure = h("div", { hidden: true },
      h("p", {}, `Everybody in ${form.team}’s team then sees how many of you chose each point, and the notes without names. What has been seen cannot be unseen.`),
      this.two, this.go, " ", not);
    this.element = h("div", { class: "ck-reveal", hidden: true }, h("p", { class: "ck-small-title" }, "When you have all rated"), this.count, this.ask, this.sure, this.problem);
    form.store.on("room", (room) => this.#hear(room));
    form.store.on("connected", () => this.asked && this.#send());
  }

  refresh() {
    const room = this.form.store.room;
    const { rated = 0, team = 0 } = room ?? {};
    const canShow = rated >= 2;
    this.element.hidden = Boolean(room?.revealed) || room?.rated === undefined;
    const have = `${rated} of ${team} in your team ${rated === 1 ? "has" : "have"} rated.`;
    const words = canShow ? have : `${have} Once two of you have, your team can look at its ratings side by side.`;
    if (this.count.textContent !== words) this.count.textContent = words;
    this.two.hidden = rated !== 2;
    this.ask.hidden = !canShow || !this.sure.hidden;
    if (!canShow) this.sure.hidden = true;
  }

  /** @param {boolean} wanted */
  #confirm(wanted) {
    this.sure.hidden = !wanted;
    this.problem.textContent = "";
    this.refresh();
    (wanted ? this.go : this.ask).focus();
  }

  #reveal() {
    this.asked = mintId();
    this.problem.textContent = "";
    this.go.disabled = true;
    this.#send();
  }

  // Asked again until it is answered: the same message twice is done once.
  #send() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.asked && this.#send(), AGAIN_AFTER_MS);
    this.form.store.send({ type: "reveal", message: this.asked });
  }

  /** @param {M.ExerciseState} state */
  #hear({ message, problem }) {
    if (!this.asked || message !== this.asked) return;
    this.asked = null;
    clearTimeout(this.timer);
    this.go.disabled = false;
    this.problem.textContent = problem ?? "";
    if (problem) this.go.focus();
    else setTimeout(this.onDone);
  }
}

/**
 * @param {Event} event
 * @param {HTMLElement} element
 */
function goTo(event, element) {
  event.preventDefault();
  element.scrollIntoView({ block: "start" });
  element.focus({ preventScroll: true });
}

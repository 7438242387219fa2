// People rate individually; then the team sees its ratings side by side. Before: who sees what, and the team's reveal
// button. After: all statements in one picture, the widest differences first. Items keep their place; the picture links
// to them. Who comes after the reveal rates first, or chooses to look. A person alone sees the own profile at once.
import { elementId, h, mintId } from "../shared/dom.js";
import { Consensus } from "./consensus.js";
import { DotPlot } from "./dot_plot.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const REPEAT_MS = 15_000;
const COMPARE = "Now: compare how your team rated, and agree on a team rating for each statement.";
const RATE_ALONE = "Rate alone first: no teammate sees your ratings until they are shown to your team.";
const WHO_SEES_WHAT = "Then your team sees how many of you chose each point, and your notes without names. Facilitators see where your state stands, never who chose what.";
const TWO_RATED = "Because only two of you have rated, each will know what the other chose.";

const LOOK = "without_rating";

export class Team {
  /** @type {DotPlot | undefined} */
  plot;
  /** @type {NonNullable<Consensus["proposal"]>[]} */
  waiting = []; // the proposals that wait for this person
  reported = ""; // those of the exercise, kept by its first rated prompt

  /**
   * @param {T.Form} form
   * @param {M.ItemsPromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    form.teams.push(this);
    /** @type {Array<{item: M.ItemView, element: HTMLElement, consensus: Consensus}>} */
    this.items = [];
    this.title = h("h4", { class: "ck-overview-title", id: elementId("overview"), tabindex: "-1" }, "How your team sees it");
    this.summary = h("p", {});
    this.picture = h("div", {});
    this.rateFirst = h("div", { class: "ck-rate-first", hidden: true },
      h("p", {}, "Rate the statements yourself first; then you see how your team rated them."),
      h("button", { type: "button", class: "ck-quiet", onclick: () => this.#look() }, "Show me the team’s ratings without rating"));
    this.all = h("button", { type: "button", class: "ck-button", onclick: () => this.#settleAll() });
    this.shown = h("div", { class: "ck-overview", role: "group", "aria-labelledby": this.title.id, hidden: true }, this.title, this.summary, this.rateFirst, this.picture, this.all);
    this.beforeReveal = h("div", { class: "ck-rate-alone" }, h("p", { class: "ck-help" }, RATE_ALONE),
      h("details", {}, h("summary", {}, "Who sees what"), h("p", { class: "ck-help" }, WHO_SEES_WHAT)));
    this.revealControl = new RevealControl(form, () => this.#lookAtOverview());
    this.reveal = this.revealControl.element;
    form.store.on("exercise", () => this.#receive());
    form.store.on("answers", () => this.#refreshSoon());
    form.store.watch(form.depth.address, () => this.#refreshSoon());
  }

  // `element` is the item's own; the team's part follows the individual prompts.
  /**
   * @param {M.ItemView} item
   * @param {HTMLElement} element
   */
  add(item, element) {
    const consensus = new Consensus(this.form, this.prompt, item);
    element.prepend(consensus.fold);
    element.append(consensus.element);
    element.addEventListener("focusout", () => this.isRevealed && this.#refreshSoon()); // it folds once the focus has left it
    this.items.push({ item, element, consensus });
    this.#refreshSoon();
  }

  #refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#refresh());
  }

  /**
   */
  #receive() {
    const was = this.isRevealed;
    this.#refresh();
    const { teams, title } = this.form;
    const { id } = teams[0].title;
    if (this !== teams.at(-1)) return; // the last one speaks for all rated prompts of the exercise
    if (was && !this.isRevealed) this.shown.dispatchEvent(new CustomEvent("ck:unrevealed", { bubbles: true, detail: id }));
    if (!this.isRevealed || was !== false || this.isAlone) return;
    // A session page shows a notice, which it announces; but not to the person who pressed the button.
    const summary = teams.map((team) => team.summary.textContent).join(" ");
    const revealed = new CustomEvent("ck:revealed", { bubbles: true, cancelable: true, detail: { id, title, summary } });
    const isOwn = teams.some(({ revealControl }) => revealControl.hasRevealed);
    if (!isOwn && !this.shown.dispatchEvent(revealed)) return;
    this.form.announce(`Your team’s ratings are shown now. ${summary}`, "essential");
  }

  #refresh() {
    this.isRevealed = Boolean(this.form.store.exerciseState?.revealed);
    for (const { consensus } of this.items) consensus.refresh();
    const isShown = this.items.some(({ consensus }) => consensus.isShown);
    this.beforeReveal.hidden = this.isRevealed || this.isAlone || this !== this.form.teams[0];
    this.shown.hidden = !isShown;
    this.revealControl.refresh();
    this.#showInstruction();
    if (isShown) this.#showOverview();
    this.#reportProposals();
  }

  // After the reveal, the instruction that is always visible is the one that applies now.
  #showInstruction() {
    const step = /** @type {HTMLElement | null | undefined} */ (this.shown.closest(".ck-form")?.querySelector(".ck-first-step"));
    if (!step || this !== this.form.teams[0]) return;
    const words = this.isRevealed && !this.isAlone ? COMPARE : (step.dataset.words ?? "");
    if (step.textContent !== words) step.textContent = words;
    step.toggleAttribute("data-now", words === COMPARE);
  }

  // The page says so in every step. Once for each change: a refresh follows every answer.
  #reportProposals() {
    this.waiting = this.#visibleItems().map(({ consensus }) => consensus.proposal).filter((one) => one !== null);
    const { teams, title } = this.form;
    const [first] = teams;
    const waiting = teams.flatMap((team) => team.waiting);
    const keys = waiting.map(({ key }) => key).join();
    if (keys === first.reported) return;
    first.reported = keys;
    const detail = { id: first.title.id, title, waiting };
    this.shown.dispatchEvent(new CustomEvent("ck:proposals", { bubbles: true, detail }));
  }

  // Of all rated prompts, the first: what the person asked for begins at the top of the window.
  #lookAtOverview() {
    const { title } = this.form.teams[0];
    title.scrollIntoView({ block: "start" });
    title.focus({ preventScroll: true });
  }

  get isAlone() {
    return Boolean(this.form.store.exerciseState?.alone);
  }

  // Remembered as an answer, so that it holds on every page of this person.
  #look() {
    const address = { prompt: "look", row: "", scope: /** @type {const} */ ("person") };
    this.form.store.edit(address, LOOK, this.form.store.current(address).map(({ id }) => id));
    this.form.store.queue.flush();
    this.title.focus();
  }

  /** @param {string} [state] */
  #visibleItems(state) {
    const visible = this.items.filter(({ element, consensus }) => consensus.isShown && !element.closest("[hidden]"));
    return state ? visible.filter(({ consensus }) => consensus.state === state) : visible;
  }

  // The statement that the team looks at next: the first after this place on which it differs or is asked, else the first
  // one, and after these those on which it agrees.
  /** @param {number} last */
  findOpen(last) {
    const visible = this.#visibleItems();
    const unsettled = visible.filter(({ consensus }) => consensus.openWords);
    const differing = unsettled.filter(({ consensus }) => consensus.state !== "agree");
    const open = differing.length ? differing : unsettled;
    const next = open.find((item) => this.items.indexOf(item) > last) ?? open[0];
    if (!next) return null;
    const settled = visible.filter(({ consensus }) => consensus.state === "settled").length;
    return { element: next.consensus.element, number: this.#number(next), why: next.consensus.openWords, settled, all: visible.length };
  }

  // The number before the statement, among those of the person's depth.
  /** @param {{element: HTMLElement}} item */
  #number({ element }) {
    return this.items.filter((one) => !one.element.closest("[hidden]")).findIndex((one) => one.element === element) + 1;
  }

  #showOverview() {
    const agree = this.#visibleItems("agree");
    const summary = this.#summarize();
    if (this.summary.textContent !== summary) this.summary.textContent = summary;
    this.all.hidden = agree.length < 2;
    const statements = `${agree.length} statements`;
    this.all.textContent = this.isAlone ? `Record the ${statements} as I see them today` : `Record a team rating for the ${statements} on which you agree`;
    const title = this.isAlone ? "How you see it" : "How your team sees it";
    if (this.title.textContent !== title) this.title.textContent = title;
    this.rateFirst.hidden = !this.#visibleItems("hidden").length;
    this.#showPicture();
  }

  #summarize() {
    /** @param {string} state */
    const count = (state) => this.#visibleItems(state).length;
    const all = this.#visibleItems().length;
    const statements = all === 1 ? "1 statement" : `${all} statements`;
    if (this.isAlone) {
      const own = this.#visibleItems().map(({ consensus }) => consensus);
      const rated = own.filter(({ mine }) => mine !== null).length;
      const recorded = own.filter(({ settledOn }) => settledOn !== null).length;
      return `You are the only one of your team so far: ${rated === 1 ? "1 statement" : `${rated} statements`} rated, ${recorded} recorded as you see it today. When a teammate joins and rates, you look at them again together.`;
    }
    const asked = this.#visibleItems("proposed").filter(({ consensus }) => consensus.isWaitingForMe).length;
    const late = this.#visibleItems("settled").filter(({ consensus }) => consensus.isWaitingForMe).length;
    const also = late ? ` You have not answered ${late} of your team's ratings.` : "";
    if (count("settled") === all) return `Your team has agreed on a rating for ${statements}. You can still change it.${also}`;
    const parts = [
      [asked, asked === 1 ? "on which a teammate asks whether you agree" : "on which teammates ask whether you agree"],
      [count("differ"), "to talk about"],
      [count("open"), "with two answers to choose between"],
      [count("agree"), "on which you agree"],
      [count("proposed") - asked, "proposed"],
      [count("settled"), "with a team rating"],
      [count("few"), "that fewer than two of you have rated"],
      [count("hidden"), "to rate first"],
    ];
    return `${statements}: ${parts.filter(([number]) => number).map(([number, words]) => `${number} ${words}`).join(", ")}.${also}`;
  }

  // Open questions and the widest differences first.
  #showPicture() {
    const visible = this.#visibleItems();
    const [any] = visible;
    if (!any) return;
    if (!this.plot) {
      this.plot = new DotPlot(any.item.scale, this.prompt.off_scale, (event, target) => scrollTo(event, document.getElementById(target)));
      this.picture.append(this.plot.element);
    }
    const rows = visible.map((one) => plotRow(one.item, one.consensus, this.#number(one)));
    /** @param {{state: string, difference: number, first: boolean}} row */
    const weight = ({ state, difference, first }) => (first ? 1000 : 0) + (state === "open" ? 100 : 0) + difference;
    this.plot.show(rows.sort((a, b) => weight(b) - weight(a)).map(({ difference: _, ...row }) => row));
  }

  #settleAll() {
    for (const { consensus } of this.#visibleItems("agree")) consensus.agree();
    this.title.focus();
  }
}

/**
 * @param {M.ItemView} item
 * @param {Consensus} consensus
 * @param {number} number
 */
function plotRow(item, consensus, number) {
  const { state, mine, spread, settledOn } = consensus;
  /** @param {any} value */
  const id = (value) => (value === null || value === undefined ? null : String(value));
  const hidden = state === "hidden";
  return {
    id: item.id,
    text: `${number}. ${item.text}`,
    target: consensus.element.id,
    first: state === "open" || state === "differ",
    difference: consensus.difference,
    points: spread.points,
    mine: id(mine),
    value: id(spread.value),
    settled: hidden ? null : id(settledOn),
    hidden,
    state,
    status: consensus.verdictWords,
    words: consensus.summary || "No ratings to show",
  };
}

// The team's reveal button, with an explanation before confirmation.
class RevealControl {
  /**
   * @param {T.Form} form
   * @param {() => void} onDone
   */
  constructor(form, onDone) {
    this.form = form;
    this.onDone = onDone;
    this.count = h("p", {});
    this.problem = h("p", { class: "ck-problem", role: "alert" });
    this.ask = h("button", { type: "button", class: "ck-button ck-primary", onclick: () => this.#confirm(true) }, "Show our ratings");
    this.confirmButton = h("button", { type: "button", class: "ck-button ck-primary", onclick: () => this.#reveal() }, "Yes, show it to our team");
    const cancel = h("button", { type: "button", class: "ck-quiet", onclick: () => this.#confirm(false) }, "Not yet");
    this.twoRatedNote = h("p", {}, TWO_RATED);
    this.confirmation = h("div", { hidden: true },
      h("p", {}, `Everyone on ${form.team}’s team then sees how many of you chose each point, and the notes without names. You cannot undo this.`),
      this.twoRatedNote, this.confirmButton, " ", cancel);
    this.element = h("div", { class: "ck-reveal", hidden: true }, h("p", { class: "ck-small-title" }, "When you have all rated"), this.count, this.ask, this.confirmation, this.problem);
    form.store.on("exercise", (state) => this.#receive(state));
    form.store.on("connected", () => this.requestId && this.#send());
  }

  refresh() {
    const state = this.form.store.exerciseState;
    const { rated = 0, finished = 0, team = 0 } = state ?? {};
    const canShow = rated >= 2;
    const isLast = this.form.teams.at(-1)?.revealControl === this; // one for all rated prompts of the exercise
    this.element.hidden = !isLast || Boolean(state?.revealed) || state?.rated === undefined || Boolean(state.alone);
    const have = `${finished} of ${team} on your team ${finished === 1 ? "has" : "have"} rated every statement.`;
    const words = canShow ? have : `${have} Once two of you have rated, your team can look at its ratings side by side.`;
    if (this.count.textContent !== words) this.count.textContent = words;
    this.twoRatedNote.hidden = rated !== 2;
    this.ask.hidden = !canShow || !this.confirmation.hidden;
    if (!canShow) this.confirmation.hidden = true;
  }

  /** @param {boolean} wanted */
  #confirm(wanted) {
    this.confirmation.hidden = !wanted;
    this.problem.textContent = "";
    this.refresh();
    (wanted ? this.confirmButton : this.ask).focus();
  }

  #reveal() {
    this.requestId = mintId();
    this.problem.textContent = "";
    this.confirmButton.disabled = true;
    this.#send();
  }

  // Repeated until answered: the same message twice is executed once.
  #send() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.requestId && this.#send(), REPEAT_MS);
    this.form.store.send({ type: "reveal", message: this.requestId });
  }

  /** @param {M.ExerciseState} state */
  #receive({ message, problem }) {
    if (!this.requestId || message !== this.requestId) return;
    this.requestId = null;
    clearTimeout(this.timer);
    this.confirmButton.disabled = false;
    this.problem.textContent = problem ?? "";
    this.hasRevealed = !problem;
    if (problem) this.confirmButton.focus();
    else setTimeout(this.onDone);
  }
}

/**
 * @param {Event} event
 * @param {HTMLElement | null} element
 */
function scrollTo(event, element) {
  event.preventDefault();
  if (!element) return;
  element.scrollIntoView({ block: "start" });
  element.focus({ preventScroll: true });
}

// One item as a team sees it after its ratings are revealed: the statement with its anchors, anonymous counts per point,
// teammates' notes, and the team's consensus with its reason and the dissenting view. A consensus is a proposal until
// the teammates who are here have been asked.
import { Agreement } from "./agreement.js";
import { inWords } from "./controls.js";
import { elementId, h } from "../shared/dom.js";
import { Field } from "./field.js";
import { foldOnPhone } from "./instructions.js";
import { askBelow, askForReasons } from "./reason.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @typedef {"open" | "settled" | "proposed" | "few" | "agree" | "differ" | "hidden"} ConsensusState */

/** @type {M.ItemSpreadView} */
const NO_RATINGS = { rated: 0, points: {}, value: null, notes: [] };

const DIFFERENT = "Your ratings differ: write in a few words why your team chose this one. Without a reason it stays a proposal.";

export class Consensus {
  /** @type {((isNew?: boolean) => void) | undefined} */
  showReason;
  /** @type {string | undefined} */
  spreadKey;
  /** @type {boolean | undefined} */
  built;
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  rated;
  /** @type {HTMLElement} */
  detailsTitle;
  /** @type {HTMLElement} */
  notes;
  /** @type {HTMLElement} */
  rateFirst;
  /** @type {HTMLElement} */
  body;
  /** @type {Agreement} */
  agreement;
  /** @type {HTMLElement} */
  agreeButton;
  /** @type {HTMLElement} */
  agreeWords;
  /** @type {HTMLElement} */
  agreePoint;
  /** @type {HTMLDetailsElement} */
  details;
  /** @type {HTMLDetailsElement | null} */
  anchors;
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
    this.rating = { id: "rating", label: item.text, kind: "rating", scale: item.scale, off_scale: prompt.off_scale };
    this.verdict = h("span", { class: "ck-verdict" });
    this.fold = h("button", { type: "button", class: "ck-own-rating", "aria-expanded": "false", hidden: true, onclick: () => this.#unfold() });
    this.element = h("div", { class: "ck-consensus", role: "group", "aria-label": `Your team: ${item.text}`, id: elementId("together"), tabindex: "-1", hidden: true });
  }

  get spread() {
    return this.form.store.exerciseState?.spread?.[this.prompt.id]?.[this.item.id] ?? NO_RATINGS;
  }

  // The only person of the team so far, who sees the own ratings at once.
  get isAlone() {
    return Boolean(this.form.store.exerciseState?.alone);
  }

  // After the reveal; a person alone sees the own ratings as soon as they are given.
  get isShown() {
    return Boolean(this.form.store.exerciseState?.revealed) || (this.isAlone && this.mine !== null);
  }

  // "hidden" (the person rates first), "open" (two conflicting answers), "proposed", "settled", "few" (fewer than two
  // ratings), "agree" or "differ".
  /** @returns {ConsensusState} */
  get state() {
    const { store } = this.form;
    const address = this.#address("consensus");
    if (this.spread.hidden && this.spread.rated > 0) return "hidden";
    if (store.versions(address)) return "open";
    const value = store.value(address);
    if (value !== null) return this.agreement?.isOpen(value) ? "proposed" : "settled";
    if (this.spread.rated < (this.isAlone ? 1 : 2)) return "few";
    return Object.keys(this.spread.points).length === 1 ? "agree" : "differ";
  }

  // The point that all chose, if they agree.
  get common() {
    return pointValue(Object.keys(this.spread.points)[0]);
  }

  // Difference between the team's highest and lowest rating; each choice off the scale counts as a small difference.
  get difference() {
    const chosen = Object.keys(this.spread.points);
    const points = chosen.map(pointValue).filter((point) => typeof point === "number");
    const range = points.length ? Math.max(...points) - Math.min(...points) : 0;
    return range + (chosen.length - points.length) / 2;
  }

  // The person's own rating, or null.
  get mine() {
    return this.form.store.value(this.#address("rating"));
  }

  // The consensus or the proposal, or null.
  get settledOn() {
    const address = this.#address("consensus");
    return this.form.store.versions(address) ? null : this.form.store.value(address);
  }

  get isWaitingForMe() {
    return this.proposal !== null;
  }

  // The proposal that this person has not answered, in words; null without one, and before the person has rated.
  /** @returns {{key: string, by: string, rating: string, text: string, target: string} | null} */
  get proposal() {
    const value = this.settledOn;
    if (value === null || !this.agreement?.isWaitingForMe(value) || this.state === "hidden") return null;
    const by = this.agreement.info(value)?.by ?? "";
    return { key: JSON.stringify([this.prompt.id, this.item.id, by, value]), by, rating: this.#pointLabel(value), text: this.item.text, target: this.element.id };
  }

  // Why the team looks at this statement next, or "" if there is nothing to do.
  get openWords() {
    const { state } = this;
    if (state === "proposed") return this.isWaitingForMe ? "on which a teammate asks you" : "";
    return { open: "with two answers", differ: "where you differ", agree: "where you agree" }[/** @type {"open" | "differ" | "agree"} */ (state)] ?? "";
  }

  get verdictWords() {
    return this.#describeState(this.state);
  }

  // For example "1 · Not yet: one of you; 3 · In place: 2 of you".
  get summary() {
    const { points } = this.spread;
    if (this.isAlone) return Object.keys(points).map((point) => `You: ${this.#pointLabel(pointValue(point))}`).join("");
    return Object.entries(points).map(([point, count]) => `${this.#pointLabel(pointValue(point))}: ${count === 1 ? "one" : count} of you`).join("; ");
  }

  // Settle on the point that all chose.
  agree() {
    this.fields.consensus.answer(this.common);
    this.#propose();
  }

  refresh() {
    const { isShown } = this;
    if (isShown && !this.built) this.#build();
    this.element.hidden = !isShown;
    this.#foldOwn();
    if (!isShown) return;
    const { state } = this;
    this.element.dataset.state = state;
    setText(this.verdict, this.#describeState(state));
    this.verdict.hidden = this.isWaitingForMe; // the proposal asks the same
    setText(this.detailsTitle, this.isAlone ? "How you rated" : "How your team rated");
    this.body.hidden = state === "hidden";
    this.rateFirst.hidden = state !== "hidden";
    if (state === "hidden") {
      this.agreement.refresh(null, "");
      return;
    }
    this.agreement.refresh(this.settledOn, String(this.form.store.value(this.#address("rationale")) ?? "").trim());
    if (this.anchors && this.isWaitingForMe) this.anchors.open = true; // what a teammate proposes is compared with them
    this.#showSpread();
    this.#showTextFields(state);
    this.showReason?.();
    this.agreeButton.hidden = state !== "agree";
    setText(this.agreeWords, this.isAlone ? "Record as I see it today: " : "We agree on ");
    if (state === "agree") setText(this.agreePoint, this.#pointLabel(this.common));
  }

  // After the reveal, the person's own rating is one line that opens to it. Not while the focus is in it.
  #foldOwn() {
    const { mine, fold } = this;
    const item = this.element.parentElement;
    const canFold = mine !== null && this.isShown && !this.isAlone;
    const isInUse = item?.contains(document.activeElement) && !this.element.contains(document.activeElement) && document.activeElement !== fold;
    if (canFold && fold.hidden && isInUse) return;
    fold.hidden = !canFold;
    if (canFold && fold.dataset.mine !== String(mine)) {
      fold.dataset.mine = String(mine);
      fold.replaceChildren(`You: ${this.#pointLabel(mine)} · `, h("span", {}, "Change"), h("span", { class: "ck-hidden" }, `: ${this.item.text}`));
    }
    item?.toggleAttribute("data-folded", canFold && fold.ariaExpanded !== "true");
  }

  #unfold() {
    this.fold.ariaExpanded = String(this.fold.ariaExpanded !== "true");
    this.#foldOwn();
  }

  #build() {
    this.built = true;
    const { form, item } = this;
    this.list = h("ul", { class: "ck-spread" });
    this.detailsTitle = h("summary", {});
    this.rated = h("p", { class: "ck-guide" });
    this.notes = h("div", { class: "ck-notes" });
    this.details = h("details", { class: "ck-team-ratings" }, this.detailsTitle, this.list, this.rated, this.notes);
    this.details.open = true;
    this.anchors = anchors(item.scale);
    this.rateFirst = h("p", { class: "ck-guide" }, "Rate this statement yourself first; then you see how your team rated it.");
    this.agreement = new Agreement(form, this.prompt, item, {
      label: (value) => this.#pointLabel(value),
      lacksReason: () => this.#lacksReason(),
      onDiffer: () => this.#keepDifferentView(),
      withdraw: () => this.fields.consensus.answer(null),
    });
    this.agreeWords = h("span", {});
    this.agreePoint = h("span", {});
    this.agreeButton = h("button", { type: "button", class: "ck-button", onclick: () => this.#settle() },
      this.agreeWords, this.agreePoint, h("span", { class: "ck-hidden" }, `: ${item.text}`));
    const asked = this.prompt.together.map((column) => this.#field(column));
    askForReasons(form, Object.values(this.fields));
    this.showReason = askBelow(form, this.fields.rationale, DIFFERENT, () => this.#lacksReason() && !this.#asksOtherwise(), () => this.element.contains(document.activeElement));
    form.store.watch(this.#address("rationale"), () => this.refresh());
    this.words = this.prompt.together.filter((column) => column.kind === "text");
    const isProposing = this.fields.consensus.element;
    isProposing.addEventListener("change", () => this.#propose());
    isProposing.addEventListener("click", () => setTimeout(() => this.#propose())); // "Use theirs"
    this.body = h("div", { class: "ck-consensus-body" }, this.details, this.agreeButton, ...asked);
    this.element.append(
      h("p", { class: "ck-consensus-head" }, "Your team", " ", this.verdict),
      h("h5", { class: "ck-consensus-statement" }, item.text), this.agreement.element, this.anchors ?? "",
      this.rateFirst, this.body);
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

  #settle() {
    this.agree();
    this.fields.consensus.focus();
  }

  // Who proposes a rating agrees with it.
  #propose() {
    const shown = this.form.store.shown(this.#address("consensus"));
    const isMine = shown && ("sent" in shown || shown.mine);
    if (isMine && shown.value !== null && !this.form.store.versions(this.#address("consensus"))) this.agreement.record("agree", shown.value);
  }

  // Where ratings differ, what is settled needs a reason.
  #lacksReason() {
    const differ = Object.keys(this.spread.points).length > 1;
    return differ && this.settledOn !== null && !this.isAlone && !String(this.form.store.value(this.#address("rationale")) ?? "").trim();
  }

  // A choice off the scale asks for its reason itself.
  #asksOtherwise() {
    return this.prompt.off_scale.some(({ id, asks_reason: asksReason }) => id === this.settledOn && asksReason);
  }

  #keepDifferentView() {
    const { dissent } = this.fields;
    if (!dissent) return;
    dissent.element.hidden = false;
    dissent.focus();
  }

  /** @param {any} value */
  #pointLabel(value) {
    return inWords(this.rating, value);
  }

  /** @param {ConsensusState} state */
  #describeState(state) {
    const value = this.settledOn;
    if (value !== null && this.isAlone && state !== "hidden") return `As you see it today: ${this.#pointLabel(value)}`;
    if (state === "settled") return `Team rating: ${this.#pointLabel(value)}`;
    if (state === "proposed") return this.isWaitingForMe ? `${this.#pointLabel(value)}: do you agree?` : `Proposed: ${this.#pointLabel(value)}`;
    if (state === "agree" && this.isAlone) return "Not recorded yet";
    if (state === "few" && this.isAlone) return "Not rated yet";
    return { open: "Choose between two answers", agree: "You agree", differ: "Talk about this", few: "Fewer than two have rated", hidden: "Rate it first" }[state];
  }

  // Ask for reasons once there is an answer to explain.
  /** @param {ConsensusState} state */
  #showTextFields(state) {
    const { store } = this.form;
    const wanted = ["settled", "proposed", "open"].includes(state) || this.words.some(({ id }) => store.value(this.#address(id)) !== null);
    for (const { id } of this.words) {
      const { element } = this.fields[id];
      element.hidden = !wanted && !element.contains(document.activeElement);
    }
  }

  #showSpread() {
    const { rated, points, notes } = this.spread;
    const team = this.form.store.exerciseState?.team ?? 0;
    const { mine } = this;
    const key = JSON.stringify([rated, points, notes, team, mine]);
    if (key === this.spreadKey) return;
    this.spreadKey = key;
    const beside = this.prompt.off_scale.map(({ id }) => id).filter((id) => points[id]);
    const scale = [...this.item.scale.map(({ value }) => String(value)), ...beside];
    this.list.hidden = rated < 2 && !this.isAlone;
    this.list.replaceChildren(...scale.map((point) => this.#point(point, points[point] ?? 0, isPoint(mine, point))));
    const few = rated < 2 ? " The points are shown once two have." : "";
    setText(this.rated, this.isAlone ? "You are the only one of your team so far." : `${rated} of ${team} ${rated === 1 ? "has" : "have"} rated this.${few}`);
    this.notes.hidden = !notes.length;
    this.notes.replaceChildren(h("p", { class: "ck-small-title" }, "What teammates noted"),
      h("ul", {}, notes.map((note) => h("li", { dir: "auto" }, note))));
  }

  // One point of the scale: its label, a dot for each person who chose it, and the count in words.
  /**
   * @param {string} point
   * @param {number} count
   * @param {boolean} isMine
   */
  #point(point, count, isMine) {
    const dots = Array.from({ length: Math.min(count, 12) }, (_, at) => h("span", { class: isMine && at === 0 ? "ck-dot ck-dot-mine" : "ck-dot" }));
    return h("li", { class: count ? "ck-point" : "ck-point ck-point-empty" },
      h("span", { class: "ck-point-name" }, this.#pointLabel(pointValue(point))),
      h("span", { class: "ck-dots", "aria-hidden": "true" }, dots),
      h("span", { class: "ck-point-count" }, describeCount(count, isMine)));
  }
}

// The points of the scale with what each means for this statement; nothing if there is only the scale.
/** @param {M.ScalePointView[]} scale */
function anchors(scale) {
  const described = scale.filter(({ text }) => text);
  if (!described.length) return null;
  const list = h("ul", { class: "ck-anchors" }, described.map(({ value, label, text }) => h("li", {}, h("b", {}, `${value} · ${label}`), ` ${text}`)));
  return foldOnPhone("What each point means", list); // so that the choices are on the screen with the statement
}

/**
 * @param {any} value
 * @param {string} point
 */
function isPoint(value, point) {
  return String(value) === point;
}

// A point as a number; the id of a choice off the scale unchanged.
/** @param {string} point */
function pointValue(point) {
  return /^\d+$/.test(point) ? Number(point) : point;
}

/**
 * @param {number} count
 * @param {boolean} isMine
 */
function describeCount(count, isMine) {
  const others = isMine ? Math.max(count - 1, 0) : count;
  const teammates = others && `${others} ${others === 1 ? "teammate" : "teammates"}`;
  if (isMine) return teammates ? `you and ${teammates}` : "you";
  return teammates || "no one";
}

/**
 * @param {HTMLElement} element
 * @param {string} words
 */
function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

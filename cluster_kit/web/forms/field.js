// One field: its label, its control, and the messages about its answer.
import { buildControl, countWords } from "./controls.js";
import { elementId, h, joinWords, same, sinceWhen } from "../shared/dom.js";
import { buildVersions, versionsKey } from "./versions.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const TOO_MANY_WORDS = "This is much longer than the question needs. Shorten it, or give a link to the document.";
const CHANGED = ", changed this answer. Leave the field to see it.";

export class Field {
  /** @type {string | undefined} */
  versionsKey;
  /** @type {HTMLElement | undefined} */
  counter;
  /** @type {Array<{who: string, value: any}> | undefined} */
  refused; // teammates' answers over which the person kept the own one
  /** @type {HTMLElement | undefined} */
  excess;
  /** @type {any} */
  typedValue;
  /** @type {any} */
  confirmed;
  /** @type {string | undefined} */
  asked;

  // `form` is {store, limits, roles, announce}. `options`: `compact` makes it fit a table cell, where `labelledby` has
  // the ids of its headings and `describedby` those of the texts below them; `asList` shows choices as a select;
  // `about` is added to the label for screen reader users, who do not see the context; `heading` makes the legend a heading.
  /**
   * @param {T.Form} form
   * @param {T.FieldPrompt} prompt
   * @param {T.Address} address
   * @param {T.FieldOptions} [options]
   */
  constructor(form, prompt, address, options = {}) {
    this.form = form;
    this.prompt = prompt;
    this.address = address;
    /** @type {string[]} */
    this.base = [];
    /** @type {string[]} */
    this.describedby = [];
    this.control = buildControl(prompt, form, address, options);
    this.mark = h("p", { class: "ck-mark", hidden: true });
    this.problem = h("p", { class: "ck-problem", id: elementId("problem"), hidden: true });
    this.question = h("p", { class: "ck-question", id: elementId("question"), hidden: true });
    this.findings = h("ul", {});
    this.checks = h("div", { class: "ck-checks", hidden: true }, h("p", { class: "ck-small-title" }, "To read more easily"), this.findings);
    this.versions = h("div", { hidden: true });
    this.element = options.compact ? this.#cell(options) : this.#block(options);
    if (address.scope === "team") Object.assign(this.element.dataset, { prompt: address.prompt, row: address.row });
    this.element.addEventListener("input", () => this.#typed());
    this.element.addEventListener("change", ({ target }) => /** @type {HTMLInputElement} */ (target).type !== "date" && form.store.queue.flush());
    this.element.addEventListener("focusout", () => this.#left());
    form.store.watch(address, () => this.refresh());
    this.refresh();
  }

  focus() {
    this.control.targets.find((target) => target instanceof HTMLInputElement && target.checked)?.focus() ?? this.control.targets[0]?.focus();
  }

  // Set the answer on the person's behalf, as a button beside the field does.
  /** @param {any} value */
  answer(value) {
    this.control.write(value);
    this.#typed();
    this.form.store.queue.flush();
  }

  // Add the id of a text that describes the field.
  /** @param {string} id */
  describe(id) {
    this.describedby = [...this.describedby, id];
    this.refresh();
  }

  /** @param {M.OptionView[]} options */
  updateOptions(options) {
    this.control.updateOptions?.(options);
  }

  // Show the store's state, without overwriting text that is being typed.
  refresh() {
    const { store } = this.form;
    const draft = store.draft(this.address);
    const shown = store.shown(this.address);
    const value = shown?.value ?? this.prompt.initial ?? null;
    const isNew = !same(this.control.read().value, value);
    const waits = isNew && !draft && this.#isBeingTyped();
    if (isNew && !waits) this.control.write(value);
    if (!draft && !waits) this.base = shown ? [shown.id] : [];
    this.#count();
    this.#showMark(shown, waits, draft);
    // A date is wrong until its last digit: its field speaks once it has lost the focus.
    const isWaiting = this.control.patient && this.element.contains(document.activeElement);
    this.#showQuestion(isWaiting ? "" : this.#findQuestion(value, draft?.problem));
    this.#showProblem(isWaiting ? "" : (draft?.problem ?? ""));
    this.#showChecks();
    this.#showVersions();
  }

  // --- building ---

  /** @param {T.FieldOptions} arg */
  #block({ about, heading }) {
    const { prompt, control } = this;
    const help = prompt.help && h("p", { class: "ck-help", id: elementId("help") }, prompt.help);
    const guide = prompt.kind === "text" ? this.#guide() : null;
    this.describedby = [help?.id, guide?.firstElementChild?.id, this.excess?.id, control.describedby].filter(Boolean);
    const label = [
      h(heading ?? "span", {}, prompt.label, about && h("span", { class: "ck-hidden" }, `: ${about}`), prompt.optional && h("span", { class: "ck-optional" }, " (optional)")),
    ];
    const after = [guide, this.mark, this.problem, this.question, this.versions, this.checks];
    const kind = `ck-field ck-${prompt.kind}`;
    if (control.group) {
      const described = this.describedby.join(" ") || null;
      return h("fieldset", { class: kind, "aria-describedby": described }, h("legend", { class: "ck-label" }, label), help, control.nodes, after);
    }
    return h("div", { class: kind }, h("label", { class: "ck-label", for: control.targets[0].id }, label), help, control.nodes, after);
  }

  /** @param {T.FieldOptions} arg */
  #cell({ labelledby, describedby }) {
    this.describedby = describedby ?? [];
    const { box, clear } = this.control;
    for (const target of box ? [box] : this.control.targets) target.setAttribute("aria-labelledby", labelledby ?? "");
    if (box && this.describedby.length) box.setAttribute("aria-describedby", this.describedby.join(" "));
    if (clear) {
      clear.id = elementId("clear");
      clear.setAttribute("aria-labelledby", `${clear.id} ${labelledby}`);
    }
    return h("div", { class: "ck-cell" }, this.control.nodes, this.mark, this.problem, this.question, this.versions, this.checks);
  }

  // The recommended length. The count changes with each word: screen readers find it here, and do not announce it.
  #guide() {
    this.counter = h("span", { class: "ck-count" });
    this.excess = h("span", { class: "ck-excess", id: elementId("excess") });
    return h("p", { class: "ck-guide" }, h("span", { id: elementId("guide") }, `About ${this.prompt.words} words`), this.counter, this.excess);
  }

  #count() {
    if (!this.counter) return;
    const count = countWords(this.control.targets[0].value);
    this.counter.textContent = count ? ` · ${count.toLocaleString("en-US")} so far` : "";
    const excess = count > Math.max(3 * this.prompt.words, this.prompt.words + 30) ? TOO_MANY_WORDS : "";
    if (this.excess && this.excess.textContent !== excess) this.excess.textContent = excess;
  }

  // --- typing ---

  #typed() {
    this.refused = undefined;
    const { value, problem } = this.control.read();
    this.typedValue = value;
    this.form.store.edit(this.address, value, this.base, problem);
  }

  #left() {
    this.form.store.queue.flush();
    // Show updates that arrived during typing once the field loses the focus.
    setTimeout(() => this.refresh());
  }

  #isBeingTyped() {
    return Boolean(this.control.typed) && this.element.contains(document.activeElement);
  }

  // --- showing ---

  // A note beside the answer: not saved yet, or which teammate just gave it.
  /**
   * @param {T.Entry | T.Answer | undefined} shown
   * @param {boolean} waits
   * @param {T.Entry | undefined} draft
   */
  #showMark(shown, waits, draft) {
    const isLate = draft?.sent && !draft.problem && ["unsaved", "trouble"].includes(this.form.store.queue.state);
    const others = !draft && shown && "who" in shown && !shown.mine && (shown.live || waits) ? shown : null;
    this.mark.hidden = !isLate && !others;
    this.mark.classList.toggle("ck-late", Boolean(isLate));
    if (isLate) this.mark.textContent = "Not saved yet";
    else if (others) this.mark.replaceChildren(`${others.who}, `, sinceWhen(others.at), waits ? CHANGED : "");
  }

  // Asked about what was typed on this page only: an earlier deadline may well be past by now.
  /**
   * @param {any} value
   * @param {string} [problem]
   */
  #findQuestion(value, problem) {
    if (problem || !same(value, this.typedValue) || same(value, this.confirmed)) return "";
    return this.control.question?.(value) ?? "";
  }

  /** @param {string} sentence */
  #showQuestion(sentence) {
    if (this.asked === sentence) return;
    this.asked = sentence;
    this.question.hidden = !sentence;
    const confirm = () => {
      this.confirmed = this.typedValue;
      this.focus();
      this.#showQuestion("");
      this.#showProblem("");
    };
    this.question.replaceChildren(h("span", {}, sentence), sentence && h("button", { type: "button", class: "ck-quiet", onclick: confirm }, "Yes, keep it"));
    if (sentence) this.form.announce(sentence);
  }

  /** @param {string} sentence */
  #showProblem(sentence) {
    this.problem.hidden = !sentence;
    this.problem.textContent = sentence;
    const described = [...this.describedby, sentence && this.problem.id, this.asked && this.question.id].filter(Boolean).join(" ");
    for (const target of this.control.targets) {
      if (sentence) target.setAttribute("aria-invalid", "true");
      else target.removeAttribute("aria-invalid");
      if (described && !this.control.group) target.setAttribute("aria-describedby", described);
      else if (sentence) target.setAttribute("aria-describedby", this.problem.id);
      else target.removeAttribute("aria-describedby");
    }
  }

  #showChecks() {
    const findings = this.prompt.check ? this.form.store.findings(this.address) : [];
    this.checks.hidden = !findings.length;
    if (this.findings.textContent === findings.join("")) return;
    this.findings.replaceChildren(...findings.map((sentence) => h("li", {}, sentence)));
  }

  #showVersions() {
    const versions = this.form.store.versions(this.address);
    const key = versionsKey(versions);
    const mine = versions && "sent" in versions.mine ? versions.mine.value : null;
    if (key === this.versionsKey) {
      if (mine !== null) this.#showMine(mine);
      return;
    }
    const isFirst = key && !this.versionsKey;
    this.versionsKey = key;
    this.versions.hidden = !versions;
    this.versions.replaceChildren(...(versions ? [this.#buildVersions(versions)] : []));
    const both = versions ? this.#whoKeptTheirs(versions) : "";
    if (both) this.form.announce(keptToo(both), "essential");
    else if (isFirst && versions) this.form.announce(`${versions.others[0].who} answered “${this.prompt.label}” differently. Both answers are kept. Choose one below the field.`, "essential");
  }

  // The teammates who kept their answer when this person did, too.
  /** @param {T.Versions} versions */
  #whoKeptTheirs({ others }) {
    const both = others.filter(({ mine, who, value }) => !mine && this.refused?.some((one) => one.who === who && same(one.value, value)));
    return joinWords(both.map(({ who }) => who));
  }

  /** @param {any} value */
  #showMine(value) {
    const words = this.versions.querySelector(".ck-words");
    if (words && typeof value === "string") words.textContent = value;
  }

  /** @param {T.Versions} versions */
  #buildVersions(versions) {
    /** @param {any} value */
    const settle = (value) => {
      this.form.store.settle(this.address, value);
      this.control.write(value);
      this.focus();
    };
    /** @param {any} value */
    const choose = (value) => {
      this.refused = same(value, versions.mine.value) ? versions.others.map((other) => ({ who: other.who, value: other.value })) : undefined;
      settle(value);
      this.form.store.queue.flush();
    };
    const both = this.#whoKeptTheirs(versions);
    return buildVersions(this.prompt, versions, { choose, combine: settle }, both && keptToo(both));
  }
}

/** @param {string} who */
function keptToo(who) {
  return `${who} kept theirs too. Talk about it, then one of you chooses, or combines both.`;
}

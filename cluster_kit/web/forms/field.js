// One question: its label, its control, and what there is to say about its answer.
import { buildControl, countWords } from "./controls.js";
import { elementId, h, same, sinceWhen } from "../shared/dom.js";
import { buildVersions, versionsKey } from "./versions.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const CHANGED = ", changed this answer. Leave the field to see it.";

export class Field {
  /** @type {string | undefined} */
  versionsKey;
  /** @type {HTMLElement | undefined} */
  counter;

  // `form` is {store, limits, roles, announce}. `options`: `compact` makes it fit a table's cell, where `labelledby` names its
  // headings and `describedby` lists what stands under them; `asList` offers choices as a list that opens; `about` is added to the label for those who do not see what stands around it.
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
    this.findings = h("ul", {});
    this.checks = h("div", { class: "ck-checks", hidden: true }, h("p", { class: "ck-small-title" }, "To read more easily"), this.findings);
    this.versions = h("div", { hidden: true });
    this.element = options.compact ? this.#cell(options) : this.#block(options);
    this.element.addEventListener("input", () => this.#typed());
    this.element.addEventListener("change", ({ target }) => /** @type {HTMLInputElement} */ (target).type !== "date" && form.store.queue.now());
    this.element.addEventListener("focusout", () => this.#left());
    form.store.watch(address, () => this.refresh());
    this.refresh();
  }

  focus() {
    this.control.targets.find((target) => target instanceof HTMLInputElement && target.checked)?.focus() ?? this.control.targets[0]?.focus();
  }

  // Gives an answer in the person's place, as a button beside the field does.
  /** @param {any} value */
  answer(value) {
    this.control.write(value);
    this.#typed();
    this.form.store.queue.now();
  }

  /** @param {M.OptionView[]} options */
  offerAgain(options) {
    this.control.offerAgain?.(options);
  }

  // Shows what the store knows. What is being typed is never overwritten.
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
    this.#showProblem(draft?.problem ?? "");
    this.#showChecks();
    this.#showVersions();
  }

  // --- making ---

  /** @param {T.FieldOptions} arg */
  #block({ about }) {
    const { prompt, control } = this;
    const help = prompt.help && h("p", { class: "ck-help", id: elementId("help") }, prompt.help);
    const guide = prompt.kind === "text" ? this.#guide() : null;
    this.describedby = [help?.id, guide?.firstElementChild?.id, control.describedby].filter(Boolean);
    const label = [
      h("span", {}, prompt.label, about && h("span", { class: "ck-hidden" }, `: ${about}`)),
    ];
    const after = [guide, this.mark, this.problem, this.versions, this.checks];
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
    for (const target of this.control.targets) target.setAttribute("aria-labelledby", labelledby ?? "");
    return h("div", { class: "ck-cell" }, this.control.nodes, this.mark, this.problem, this.versions, this.checks);
  }

  // How long to aim at. The count changes with each word, so it is kept out of what screen readers say.
  #guide() {
    this.counter = h("span", { class: "ck-count", "aria-hidden": "true" });
    return h("p", { class: "ck-guide" }, h("span", { id: elementId("guide") }, `About ${this.prompt.words} words`), this.counter);
  }

  #count() {
    if (!this.counter) return;
    const count = countWords(this.control.targets[0].value);
    this.counter.textContent = count ? ` · ${count} so far` : "";
  }

  // --- typing ---

  #typed() {
    const { value, problem } = this.control.read();
    this.form.store.edit(this.address, value, this.base, problem);
  }

  #left() {
    this.form.store.queue.now();
    // What waited while the field was being typed into is shown once it is left.
    setTimeout(() => this.refresh());
  }

  #isBeingTyped() {
    return Boolean(this.control.typed) && this.element.contains(document.activeElement);
  }

  // --- showing ---

  // A word beside the answer: that it is not saved yet, or which teammate just gave it.
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

  /** @param {string} sentence */
  #showProblem(sentence) {
    this.problem.hidden = !sentence;
    this.problem.textContent = sentence;
    const described = [...this.describedby, sentence && this.problem.id].filter(Boolean).join(" ");
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
    if (isFirst && versions) this.form.announce(`${versions.others[0].who} answered “${this.prompt.label}” differently. Both answers are kept. Choose one below the field.`);
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
      settle(value);
      this.form.store.queue.now();
    };
    return buildVersions(this.prompt, versions, { choose, combine: settle });
  }
}

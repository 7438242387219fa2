// A table as one card per row, readable at 320 pixels and on wide screens. Rows are fixed, come from other answers, or
// are added and removed by people.
import { elementId, h, mintId, typeset } from "../shared/dom.js";
import { publishedExamples } from "./published.js";
import { Field } from "./field.js";
import { foldOnPhone } from "./instructions.js";
import { ranks } from "./ranking.js";
import { askForReasons } from "./reason.js";
import { TransitionMap } from "./transition_map.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

export class Cards {
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  add;
  /** @type {string[]} */
  order;
  /** @type {(() => void) | undefined} */
  onMark; // a row was removed, or restored

  /**
   * @param {T.Form} form
   * @param {M.TablePromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    this.wanted = prompt.expected_rows;
    this.grows = prompt.rows === null;
    this.list = h("div", { class: "ck-rows" });
    this.none = this.grows ? null : h("div", { class: "ck-none" }, foldOnPhone(`${prompt.label}: none yet`, h("p", { class: "ck-help" }, prompt.when_empty)));
    this.add = h("button", { type: "button", class: "ck-button", onclick: () => this.#addRow() }, `Add another ${prompt.row_name}`);
    const title = elementId("table");
    this.map = prompt.path && new TransitionMap(form, prompt);
    this.element = h("div", { class: "ck-table", role: "group", "aria-labelledby": title },
      h("p", { class: "ck-label", id: title }, prompt.label),
      prompt.help && h("p", { class: "ck-help" }, prompt.help),
      this.map?.element, this.none, this.list, this.grows && this.add, publishedExamples(prompt.examples, prompt.label));
    form.store.on("rows", (table) => table === prompt.id && this.refresh());
    this.list.addEventListener("focusout", () => this.grows && setTimeout(() => this.refresh()));
    this.refresh();
  }

  /** @param {M.OptionView[]} rows */
  updateOptions(rows) {
    this.prompt.rows = rows;
    this.refresh();
  }

  // Update the options of one column, in existing and future rows.
  /**
   * @param {M.CellPromptView} column
   * @param {M.OptionView[]} options
   */
  offerColumnAgain(column, options) {
    Object.assign(column, { options });
    for (const card of this.cards.values()) card.updateOptions(column.id, options);
  }

  // Synchronize the cards with the rows. Unchanged cards are not touched.
  refresh() {
    const ids = this.grows ? this.#growing() : (this.prompt.rows ?? []).filter((row) => !row.gone).map((row) => row.id);
    for (const [id, card] of this.cards) if (!ids.includes(id)) card.element.remove();
    ids.forEach((id, at) => {
      const card = this.#card(id);
      if (this.list.children[at] !== card.element) this.list.insertBefore(card.element, this.list.children[at] ?? null);
      card.show(this.#rowName(id, at), this.#removedBy(id));
    });
    this.map?.draw(this.#notRemoved(ids).filter((id) => !this.#isBlank(id)).map((id) => this.#card(id)));
    if (this.none) this.none.hidden = ids.length > 0;
    else this.add.hidden = this.#notRemoved(ids).length >= this.prompt.max_rows;
  }

  // --- rows ---

  // Answered rows, then as many blank ones as the table asks for. A teammate's new row precedes the first blank one.
  #growing() {
    this.order ??= this.#notRemoved(this.#known());
    for (const id of this.#notRemoved(this.#known())) {
      const blank = this.order.findIndex((shown) => this.#isBlank(shown));
      if (!this.order.includes(id)) this.order.splice(blank < 0 ? this.order.length : blank, 0, id);
    }
    this.#agreeOnPlaces();
    const missing = this.wanted - this.#notRemoved(this.order).length;
    for (let added = 0; added < missing; added += 1) this.order.push(mintId());
    for (let spare = missing; spare < 0; spare += 1) {
      const at = this.order.findLastIndex((id) => this.#isBlank(id) && !this.#isInUse(id));
      if (at >= 0) this.order.splice(at, 1);
    }
    return this.order;
  }

  // Order answered rows alike on all teammates' pages, since they refer to "goal 2". Not while a card has the focus,
  // because moving it would lose the focus.
  #agreeOnPlaces() {
    if (this.list.contains(document.activeElement)) return;
    const agreed = this.#known().filter((id) => this.order.includes(id));
    this.order = this.order.map((id) => (this.#isBlank(id) ? id : (agreed.shift() ?? id)));
  }

  #known() {
    return this.form.store.rows.get(this.prompt.id) ?? [];
  }

  /** @param {string} id */
  #isBlank(id) {
    return !this.#known().includes(id);
  }

  /** @param {string[]} ids */
  #notRemoved(ids) {
    return ids.filter((id) => !this.#removedBy(id));
  }

  /**
   * @param {string} row
   * @returns {T.Address}
   */
  #markAddress(row) {
    return { prompt: this.prompt.id, row, scope: this.prompt.scope };
  }

  // Who removed a row, or null if it was not removed.
  /** @param {string} row */
  #removedBy(row) {
    const mark = this.form.store.shown(this.#markAddress(row));
    if (mark?.value !== false) return null;
    return "sent" in mark || mark.mine ? "You" : mark.who;
  }

  /** @param {string} row */
  #isInUse(row) {
    return this.cards.get(row)?.element.contains(document.activeElement) ?? false;
  }

  /**
   * @param {string} id
   * @param {number} at
   */
  #rowName(id, at) {
    if (!this.grows) return this.prompt.rows?.find((row) => row.id === id)?.label ?? "";
    const before = [...this.list.children].slice(0, at).filter((element) => !element.hasAttribute("data-removed"));
    const { row_name: name } = this.prompt;
    return `${name[0].toUpperCase()}${name.slice(1)} ${before.length + 1}`;
  }

  /**
   * @param {string} id
   * @returns {Card}
   */
  #card(id) {
    const card = this.cards.get(id) ?? new Card(this, id);
    this.cards.set(id, card);
    return card;
  }

  // --- adding and removing ---

  #addRow() {
    this.wanted = this.#notRemoved(this.order).length + 1;
    this.refresh();
    const card = this.#card(this.order[this.order.length - 1]);
    card.focus();
    this.form.announce(`${card.name} added.`);
  }

  /** @param {string} id */
  remove(id) {
    this.wanted = this.#notRemoved(this.order).length - 1;
    if (this.#isBlank(id)) this.#drop(id);
    else this.#mark(id, false);
  }

  /** @param {string} id */
  restore(id) {
    this.wanted = this.#notRemoved(this.order).length + 1;
    this.#mark(id, true);
    this.#card(id).focus();
  }

  // A row without answers is removed without a trace.
  /** @param {string} id */
  #drop(id) {
    const { element, name } = this.#card(id);
    const next = element.nextElementSibling ?? element.previousElementSibling;
    this.order = this.order.filter((shown) => shown !== id);
    this.refresh();
    (/** @type {HTMLElement | null | undefined} */ (next?.querySelector("textarea, input, select")) ?? this.add).focus();
    this.form.announce(`${name} removed.`);
  }

  /**
   * @param {string} id
   * @param {boolean} isKept
   */
  #mark(id, isKept) {
    const card = this.#card(id);
    const address = this.#markAddress(id);
    const base = this.form.store.current(address).map((answer) => answer.id);
    this.form.store.edit(address, isKept, base);
    this.onMark?.();
    this.form.store.queue.flush();
    this.refresh();
    if (!isKept) card.undo.focus();
    this.form.announce(`${card.name} ${isKept ? "is back" : "removed. You can undo this"}.`);
  }
}

class Card {
  name = "";

  /**
   * @param {Cards} table
   * @param {string} id
   */
  constructor(table, id) {
    this.table = table;
    this.id = id;
    const { form, prompt } = table;
    const help = !table.grows && prompt.rows?.find((row) => row.id === id)?.help;
    this.fields = prompt.columns.filter((column) => !ranks(column)).map((column) => {
      const field = new Field(form, { ...column }, { prompt: `${prompt.id}.${column.id}`, row: id, scope: column.scope });
      form.depth.gate(field.element, column.depth);
      return field;
    });
    askForReasons(form, this.fields);
    this.legend = h("legend", {});
    this.removeButton = h("button", { type: "button", class: "ck-quiet", onclick: () => table.remove(id) });
    this.undo = h("button", { type: "button", class: "ck-button", onclick: () => table.restore(id) }, "Undo");
    this.removedNote = h("p", { class: "ck-removed", hidden: true });
    this.card = h("fieldset", { class: "ck-row" }, this.legend, help && h("p", { class: "ck-help" }, help),
      h("div", { class: "ck-row-fields" }, this.fields.map((field) => field.element)), table.grows && this.removeButton);
    this.element = h("div", { class: "ck-row-place" }, this.removedNote, this.card);
  }

  focus() {
    this.fields.find((field) => field.element.closest("[hidden]") === null)?.focus();
  }

  /**
   * @param {string} column
   * @param {M.OptionView[]} options
   */
  updateOptions(column, options) {
    this.fields.find((field) => field.prompt.id === column)?.updateOptions(options);
  }

  /**
   * @param {string} name
   * @param {string | null} removedBy
   */
  show(name, removedBy) {
    this.name = (removedBy && this.name) || name;
    const title = removedBy ? `${this.name} (removed)` : this.name;
    // The same text again would be a change to the browser, after each move of the focus.
    if (this.legend.textContent !== title) {
      this.legend.replaceChildren(...typeset(title));
      this.removeButton.textContent = `Remove ${this.name[0].toLowerCase()}${this.name.slice(1)}`;
    }
    this.card.hidden = Boolean(removedBy) && !this.#isInUse();
    this.removedNote.hidden = !removedBy;
    if (!removedBy) return void delete this.element.dataset.removed;
    if (this.element.dataset.removed === removedBy) return;
    this.element.dataset.removed = removedBy;
    this.removedNote.replaceChildren(`${removedBy} removed ${this.#description()}. `, this.undo);
  }

  // A row that is being edited is never hidden.
  #isInUse() {
    const { store } = this.table.form;
    return this.fields.some((field) => field.element.contains(document.activeElement) || store.draft(field.address));
  }

  #description() {
    const words = String(this.table.form.store.value(this.fields[0].address) ?? "").trim();
    const start = words.length > 60 ? `${words.slice(0, 60)}…` : words;
    return start && this.fields[0].prompt.kind === "text" ? `“${start}”` : this.name.toLowerCase();
  }
}

// The order of a table's rows: by dragging, with the arrow keys, or with buttons. Each row's place is an answer of its own,
// a number, so two people can move different rows at once. A move writes every place that it changes; rows that
// share a number (from release 0.1, a worksheet, or two moves at once) are shown one after the other.
import { isEmpty, listRows } from "./completeness.js";
import { trackDrag } from "./drag.js";
import { elementId, h, sinceWhen } from "../shared/dom.js";
import { buildVersions } from "./versions.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @typedef {{id: string, label: string, rank: number | null}} Row */

const LATE = ["unsaved", "trouble"];
const STEPS = /** @type {Record<string, (at: number, last: number) => number>} */ ({
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  Home: () => 0,
  End: (_at, last) => last,
});

/** @param {{kind: string, rank?: boolean}} column */
export function ranks(column) {
  return column.kind === "number" && Boolean(column.rank);
}

export class Ranking {
  /** @type {string | undefined} */
  shownKey;
  /** @type {string | undefined} */
  versionsKey;

  /**
   * @param {T.Form} form
   * @param {M.TablePromptView} table
   * @param {M.CellPromptView} column
   */
  constructor(form, table, column) {
    this.form = form;
    this.table = table;
    this.column = column;
    /** @type {Map<string, HTMLElement>} */
    this.items = new Map();
    const title = elementId("ranking");
    this.hint = h("p", { class: "ck-help", id: elementId("hint") });
    this.none = h("p", { class: "ck-help ck-ranking-none" }, `Each ${table.row_name} appears here as soon as it has words.`);
    this.list = h("ol", { class: "ck-ranking-list", tabindex: "-1", "aria-labelledby": title });
    this.unsettled = h("p", { class: "ck-ranking-open", hidden: true });
    this.keep = h("button", { type: "button", class: "ck-button", hidden: true, onclick: () => this.#keepOrder() });
    this.mark = h("p", { class: "ck-mark", hidden: true });
    this.problem = h("p", { class: "ck-problem", hidden: true });
    this.versions = h("div", { hidden: true });
    this.element = h("div", { class: "ck-ranking", role: "group", "aria-labelledby": title },
      h("p", { class: "ck-label", id: title }, column.label), column.help && h("p", { class: "ck-help" }, column.help),
      this.hint, this.none, this.list, this.unsettled, this.keep, this.mark, this.problem, this.versions);
    form.depth.gate(this.element, column.depth);
    for (const what of ["answers", "rows", "state"]) form.store.on(what, () => this.#later());
    this.refresh();
  }

  // --- what is shown ---

  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh());
  }

  refresh() {
    if (this.isDragging) return;
    const rows = this.#rows();
    const key = JSON.stringify(rows);
    if (key !== this.shownKey) {
      this.shownKey = key;
      this.#draw(rows);
    }
    this.#showState(rows);
    this.#showVersions();
    const ranked = rows.filter(({ rank }) => rank !== null);
    this.element.dataset.printed = ranked.map(({ label }, at) => `${at + 1}. ${label}`).join("; "); // print_record.js
  }

  // The rows in their order; those without a place are last, in the order of the table.
  /** @returns {Row[]} */
  #rows() {
    const { store } = this.form;
    const [first] = this.table.columns;
    const rows = listRows(store, this.table).map((id) => {
      const given = this.table.rows?.find((row) => row.id === id)?.label;
      const words = given ?? store.value({ prompt: `${this.table.id}.${first.id}`, row: id });
      const rank = store.value(this.#address(id));
      return { id, label: isEmpty(words) ? "(no words yet)" : String(words).trim(), rank: typeof rank === "number" ? rank : null };
    });
    return rows.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);
  }

  /**
   * @param {string} row
   * @returns {T.Address}
   */
  #address(row) {
    return { prompt: `${this.table.id}.${this.column.id}`, row, scope: this.column.scope };
  }

  /** @param {Row[]} rows */
  #draw(rows) {
    const focused = this.list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
    const [row, part] = [focused?.closest("li")?.dataset.row ?? "", focused?.dataset.part ?? ""];
    this.items = new Map(rows.map((one, at) => [one.id, this.#item(one, at, rows.length)]));
    this.list.replaceChildren(...this.items.values());
    this.none.hidden = rows.length > 0;
    this.hint.textContent = rows.length > 1 ? "Drag to put them in order, or use the arrow keys or the buttons." : "";
    this.hint.hidden = rows.length < 2;
    if (part) this.#focus(row, part);
  }

  /**
   * @param {Row} row
   * @param {number} at
   * @param {number} count
   */
  #item({ id, label, rank }, at, count) {
    const name = h("span", { class: "ck-ranking-words", dir: "auto" }, label);
    const place = h("span", { class: rank === null ? "ck-ranking-place ck-open" : "ck-ranking-place" }, rank === null ? "–" : String(at + 1),
      h("span", { class: "ck-hidden" }, rank === null ? " Not ranked yet:" : ":"));
    /**
     * @param {string} part
     * @param {string} sign
     * @param {string} words
     * @param {number} to
     */
    const step = (part, sign, words, to) => h("button", { type: "button", class: "ck-ranking-step", "data-part": part,
      "aria-disabled": to < 0 || to >= count ? "true" : null, onclick: () => this.#move(id, to) },
      h("span", { "aria-hidden": "true" }, sign), h("span", { class: "ck-hidden" }, `${words}: ${label}`));
    const grip = h("button", { type: "button", class: "ck-ranking-grip", "data-part": "grip", "aria-describedby": this.hint.id,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressed(event, id) }, h("span", { class: "ck-hidden" }, `Put in order: ${label}`));
    const item = h("li", { class: "ck-ranking-item", "data-row": id }, count > 1 && grip, place, name,
      count > 1 && h("span", { class: "ck-ranking-steps" }, step("up", "↑", "Move up", at - 1), step("down", "↓", "Move down", at + 1)));
    trackDrag(grip, item, this.list, {
      onStart: () => (this.isDragging = true),
      onEnd: (to) => {
        this.isDragging = false;
        if (to !== null) this.#move(id, to);
        this.refresh();
      },
    });
    return item;
  }

  // What is open: places that are missing or shared.
  /** @param {Row[]} rows */
  #showState(rows) {
    const { store } = this.form;
    const given = rows.map(({ rank }) => rank).filter((rank) => rank !== null);
    const isShared = new Set(given).size < given.length;
    const missing = rows.length - given.length;
    const { row_name: name } = this.table;
    const open = isShared ? `More than one ${name} had the same place. Put them in order, or keep this order.`
      : missing === 0 ? ""
        : given.length === 0 ? "Not ranked yet. Put them in order, or keep this order."
          : `${missing === 1 ? `1 ${name} is` : `${missing} are`} not ranked yet.`;
    setLabel(this.unsettled, rows.length ? open : "");
    this.keep.hidden = !rows.length || !open;
    setLabel(this.keep, rows.length > 1 ? "Keep this order" : `Rank this ${name} first`, false);
    const drafts = rows.map(({ id }) => store.draft(this.#address(id))).filter((draft) => draft !== undefined);
    setLabel(this.problem, drafts.find(({ problem }) => problem)?.problem ?? "");
    const isLate = drafts.some(({ sent, problem }) => sent && !problem) && LATE.includes(store.queue.state);
    const newest = rows.flatMap(({ id }) => store.current(this.#address(id))).sort((a, b) => a.seq - b.seq).at(-1);
    const other = !drafts.length && newest?.live && !newest.mine ? newest : null;
    this.mark.hidden = !isLate && !other;
    this.mark.classList.toggle("ck-late", isLate);
    if (isLate) this.mark.textContent = "Not saved yet";
    else if (other && this.markedId !== other.id) this.mark.replaceChildren(`${other.who} put them in order `, sinceWhen(other.at));
    this.markedId = isLate ? undefined : other?.id;
  }

  // --- moving ---

  /**
   * @param {KeyboardEvent} event
   * @param {string} id
   */
  #pressed(event, id) {
    const step = STEPS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const order = this.#rows();
    this.#move(id, step(order.findIndex((row) => row.id === id), order.length - 1));
  }

  /**
   * @param {string} id
   * @param {number} to
   */
  #move(id, to) {
    const rows = this.#rows();
    const from = rows.findIndex((row) => row.id === id);
    if (from < 0 || to < 0 || to >= rows.length) return;
    const [row] = rows.splice(from, 1);
    rows.splice(to, 0, row);
    this.#save(rows.map((one) => one.id));
    this.refresh();
    this.form.announce(`“${shorten(row.label)}” is now ${to + 1} of ${rows.length}.`);
  }

  #keepOrder() {
    const rows = this.#rows();
    this.#save(rows.map((row) => row.id));
    this.refresh();
    this.form.announce("The order is kept.");
    this.#focus(rows[0]?.id ?? "", "grip");
  }

  // After a row was removed or restored: the places of the others follow each other, if all of them have one.
  closeGaps() {
    const rows = this.#rows();
    if (rows.every(({ rank }) => rank !== null)) this.#save(rows.map((row) => row.id));
  }

  // Write the places that differ, over every version that is known.
  /** @param {string[]} order */
  #save(order) {
    const { store } = this.form;
    for (const [at, id] of order.entries()) {
      const address = this.#address(id);
      const current = store.current(address);
      if (store.value(address) === at + 1 && current.length < 2) continue;
      store.edit(address, at + 1, current.map((answer) => answer.id));
    }
    store.queue.flush();
  }

  /**
   * @param {string} row
   * @param {string} part
   */
  #focus(row, part) {
    /** @type {HTMLElement | null | undefined} */
    const target = this.items.get(row)?.querySelector(`[data-part="${part}"]`);
    (target ?? this.list).focus(); // the only row has nothing to focus
  }

  // --- two orders at once ---

  #showVersions() {
    const { store } = this.form;
    const rows = listRows(store, this.table);
    const found = rows.flatMap((id) => {
      const versions = store.versions(this.#address(id));
      return versions ? [{ id, versions }] : [];
    });
    const ids = found.map(({ id, versions }) => [id, versions.mine.id, versions.others.map((one) => one.id)]);
    const key = found.length ? JSON.stringify([ids, this.#rows()]) : "";
    if (key === this.versionsKey) return;
    const isFirst = found.length > 0 && this.versions.hidden;
    this.versionsKey = key;
    this.versions.hidden = !found.length;
    if (!found.length) return void this.versions.replaceChildren();
    const { mine, others: [theirs] } = found[0].versions;
    const mineOrder = this.#rows();
    const theirRanks = new Map(found.map(({ id, versions }) => [id, versions.others[0].value]));
    const theirOrder = [...mineOrder].sort((a, b) => (theirRanks.get(a.id) ?? a.rank ?? Infinity) - (theirRanks.get(b.id) ?? b.rank ?? Infinity) || 0);
    /** @param {Row[]} order */
    const inWords = (order) => order.map(({ label }, at) => `${at + 1}. ${shorten(label)}`).join("\n");
    const versions = { mine: { ...mine, value: inWords(mineOrder) }, others: [{ ...theirs, value: inWords(theirOrder) }] };
    /** @param {string} value */
    const choose = (value) => {
      this.#save((value === versions.mine.value ? mineOrder : theirOrder).map(({ id }) => id));
      this.refresh();
      this.#focus(mineOrder[0]?.id ?? "", "grip");
    };
    this.versions.replaceChildren(buildVersions({ kind: "order", id: this.column.id, label: this.column.label }, versions, { choose, combine: choose }));
    if (isFirst) this.form.announce(`${theirs.who} put them in another order. Both orders are kept. Choose one below the list.`, "essential");
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 * @param {boolean} [hides]
 */
function setLabel(element, text, hides = true) {
  if (element.textContent !== text) element.textContent = text;
  if (hides) element.hidden = !text;
}

/** @param {string} words */
function shorten(words) {
  const line = words.replace(/\s+/gu, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

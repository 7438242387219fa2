// A table of short answers over fixed rows, as an HTML table. Columns for deeper depths are on a separate line below
// the row. In narrow containers, the style sheet stacks each row as a card; roles are explicit, because some browsers
// drop them when the display type changes.
import { elementId, h, typeset } from "../shared/dom.js";
import { publishedExamples } from "./published.js";
import { Field } from "./field.js";
import { fitsSegments, labelsOf } from "./segments.js";
import { INSTALLED } from "./installed_kinds.js";
import { ranks } from "./ranking.js";
import { askForReasons } from "./reason.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */

const SHORT = new Set(["choice", "rating", "number", "date"]);
const FEWEST_ROWS = 4;
const MOST_COLUMNS = 5;
const MOST_WORDS = 12;
const MOST_SEGMENTED = 3;
const LONGEST_SEGMENT = 24;

// Whether a table fits a matrix better than cards.
/** @param {M.TablePromptView} prompt */
export function fitsMatrix(prompt) {
  const cells = prompt.columns.filter((column) => !isDeep(column) && !ranks(column));
  return prompt.rows !== null && prompt.rows.length >= FEWEST_ROWS && cells.length <= MOST_COLUMNS && cells.every(isShort);
}

/** @param {M.CellPromptView} column */
function isShort(column) {
  if (column.kind === "text") return column.words <= MOST_WORDS;
  const short = SHORT.has(column.kind) || INSTALLED[column.kind]?.short;
  return Boolean(short) && !(column.kind === "choice" && (column.many || column.other));
}

/** @param {M.CellPromptView} column */
function isDeep(column) {
  return column.depth !== "essential";
}

export class Matrix {
  /**
   * @param {T.Form} form
   * @param {M.TablePromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    /** @type {Map<string, HTMLTableSectionElement>} */
    this.rows = new Map();
    /** @type {Field[]} */
    this.fields = [];
    this.cells = prompt.columns.filter((column) => !isDeep(column) && !ranks(column));
    this.deep = prompt.columns.filter((column) => isDeep(column) && !ranks(column));
    const caption = elementId("caption");
    this.heads = this.cells.map((column) => headWords(column));
    /** @param {S.Child} words */
    const head = (words) => h("th", { scope: "col", role: "columnheader" }, words);
    this.table = h("table", { class: needsLines(this.cells) ? "ck-matrix ck-lines" : "ck-matrix", role: "table", "aria-labelledby": caption },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("td", { role: "cell" }), this.heads.map(head))));
    this.element = h("div", { class: "ck-table" },
      h("p", { class: "ck-label", id: caption }, prompt.label),
      prompt.help && h("p", { class: "ck-help" }, prompt.help), this.table,
      publishedExamples(prompt.examples, prompt.label));
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
    for (const field of this.fields) if (field.prompt.id === column.id) field.updateOptions(options);
  }

  refresh() {
    const rows = (this.prompt.rows ?? []).filter((row) => !row.gone);
    for (const [id, row] of this.rows) if (!rows.some((current) => current.id === id)) row.remove();
    rows.forEach((row, at) => {
      const element = this.rows.get(row.id) ?? this.#row(row);
      this.rows.set(row.id, element);
      const name = element.querySelector(".ck-row-name");
      name?.replaceChildren(...typeset(row.label));
      if (this.table.tBodies[at] !== element) this.table.insertBefore(element, this.table.tBodies[at] ?? null);
    });
  }

  /** @param {M.OptionView} row */
  #row(row) {
    const name = elementId("row");
    const cells = this.cells.map((column, at) => this.#cell(row, column, name, this.heads[at]));
    const line = h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, h("div", { class: "ck-row-head" }, h("span", { class: "ck-row-name", id: name }, row.label),
        row.help && h("span", { class: "ck-option-help" }, row.help))),
      cells);
    const body = h("tbody", { role: "rowgroup" }, line, this.deep.length > 0 && this.#deepRow(row));
    const fields = this.fields.filter((field) => field.address.row === row.id);
    askForReasons(this.form, fields);
    return body;
  }

  /**
   * @param {M.OptionView} row
   * @param {M.CellPromptView} column
   * @param {string} name
   * @param {HTMLElement[]} texts
   */
  #cell(row, column, name, [label, ...help]) {
    const words = { labelledby: `${name} ${label.id}`, describedby: help.map((one) => one.id) };
    const field = this.#field(row, column, { compact: true, ...words });
    return h("td", { role: "cell" }, h("span", { class: "ck-cell-name", "aria-hidden": "true" }, column.label), field.element);
  }

  /** @param {M.OptionView} row */
  #deepRow(row) {
    const fields = this.deep.map((column) => {
      const field = this.#field(row, column, { about: row.label });
      this.form.depth.gate(field.element, column.depth);
      return field.element;
    });
    const line = h("tr", { role: "row", class: "ck-deep" },
      h("td", { role: "cell", colspan: this.cells.length + 1 }, h("div", { class: "ck-row-fields" }, fields)));
    this.form.depth.gate(line, this.deep.map((column) => column.depth).sort(this.form.depth.compare)[0]);
    return line;
  }

  /**
   * @param {M.OptionView} row
   * @param {M.CellPromptView} column
   * @param {T.FieldOptions} options
   */
  #field(row, column, options) {
    const address = { prompt: `${this.prompt.id}.${column.id}`, row: row.id, scope: column.scope };
    const field = new Field(this.form, { ...column }, address, options);
    this.fields.push(field);
    return field;
  }
}

// Whether cells are too many or too long for columns: then each has a line of its own, below the row's name.
/** @param {M.CellPromptView[]} cells */
function needsLines(cells) {
  const segmented = cells.filter(fitsSegments);
  return segmented.length > MOST_SEGMENTED || segmented.some((column) => labelsOf(column).some((label) => label.length > LONGEST_SEGMENT));
}

// A column's label, and its help texts.
/** @param {M.CellPromptView} column */
function headWords(column) {
  const help = [column.help, column.kind === "text" && `About ${column.words} words`].filter(Boolean);
  return [
    h("span", { id: elementId("column") }, column.label),
    ...help.map((words) => h("span", { class: "ck-option-help", id: elementId("help") }, words)),
  ];
}

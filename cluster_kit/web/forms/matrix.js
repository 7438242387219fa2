// A table of short answers over known rows, as a real table. What is asked only of those who go deeper stands in a line of its
// own below its row. Where there is no room for a table, the style sheet stacks each row as a card; roles are written
// out, because some browsers forget them when the layout changes.
import { elementId, h } from "../shared/dom.js";
import { Field } from "./field.js";
import { INSTALLED } from "./installed_kinds.js";

const SHORT = new Set(["choice", "rating", "number", "date"]);
const FEWEST_ROWS = 4;
const MOST_COLUMNS = 5;
const MOST_WORDS = 12;

// Whether a table is better read as a matrix than as cards.
export function fitsMatrix(prompt) {
  const cells = prompt.columns.filter((column) => !isDeep(column));
  return prompt.rows !== null && prompt.rows.length >= FEWEST_ROWS && cells.length <= MOST_COLUMNS && cells.every(isShort);
}

function isShort(column) {
  if (column.kind === "text") return column.words <= MOST_WORDS;
  const short = SHORT.has(column.kind) || INSTALLED[column.kind]?.short;
  return short && !column.many && !column.other;
}

function isDeep(column) {
  return column.depth !== "essential";
}

export class Matrix {
  constructor(form, prompt) {
    Object.assign(this, { form, prompt, rows: new Map(), fields: [] });
    this.cells = prompt.columns.filter((column) => !isDeep(column));
    this.deep = prompt.columns.filter(isDeep);
    const caption = elementId("caption");
    this.heads = this.cells.map((column) => headWords(column));
    const head = (words) => h("th", { scope: "col", role: "columnheader" }, words);
    this.table = h("table", { class: "ck-matrix", role: "table", "aria-labelledby": caption },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("td", { role: "cell" }), this.heads.map(head))));
    this.element = h("div", { class: "ck-table" },
      h("p", { class: "ck-label", id: caption }, prompt.label),
      prompt.help && h("p", { class: "ck-help" }, prompt.help), this.table);
    this.refresh();
  }

  offerAgain(rows) {
    this.prompt.rows = rows;
    this.refresh();
  }

  // The options of one column have changed, in the rows that are here and in those to come.
  offerColumnAgain(column, options) {
    column.options = options;
    for (const field of this.fields) if (field.prompt.id === column.id) field.offerAgain(options);
  }

  refresh() {
    const rows = this.prompt.rows.filter((row) => !row.gone);
    for (const [id, row] of this.rows) if (!rows.some((standing) => standing.id === id)) row.remove();
    rows.forEach((row, at) => {
      if (!this.rows.has(row.id)) this.rows.set(row.id, this.#row(row));
      const element = this.rows.get(row.id);
      element.querySelector(".ck-row-name").textContent = row.label;
      if (this.table.tBodies[at] !== element) this.table.insertBefore(element, this.table.tBodies[at] ?? null);
    });
  }

  #row(row) {
    const name = elementId("row");
    const cells = this.cells.map((column, at) => this.#cell(row, column, name, this.heads[at]));
    const line = h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, h("span", { class: "ck-row-name", id: name }, row.label),
        row.help && h("span", { class: "ck-option-help" }, row.help)),
      cells);
    const body = h("tbody", { role: "rowgroup" }, line, this.deep.length > 0 && this.#deepLine(row));
    const { store, progress } = this.form;
    const fields = this.fields.filter((field) => field.address.row === row.id);
    progress.count(body, () => fields.some((field) => store.value(field.address) !== null));
    return body;
  }

  #cell(row, column, name, [label, ...help]) {
    const words = { labelledby: `${name} ${label.id}`, describedby: help.map((one) => one.id) };
    const field = this.#field(row, column, { compact: true, ...words });
    return h("td", { role: "cell" }, h("span", { class: "ck-cell-name", "aria-hidden": "true" }, column.label), field.element);
  }

  #deepLine(row) {
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

  #field(row, column, options) {
    const address = { prompt: `${this.prompt.id}.${column.id}`, row: row.id, scope: column.scope };
    const field = new Field(this.form, { ...column }, address, options);
    this.fields.push(field);
    return field;
  }
}

// A column's label, and what else stands under it.
function headWords(column) {
  const help = [column.help, column.kind === "text" && `About ${column.words} words`].filter(Boolean);
  return [
    h("span", { id: elementId("column") }, column.label),
    ...help.map((words) => h("span", { class: "ck-option-help", id: elementId("help") }, words)),
  ];
}

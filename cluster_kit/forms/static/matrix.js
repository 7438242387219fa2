// A table of short choices over known rows, as a real table. Where there is no room for it, the style sheet stacks each row as
// a card; roles are written out, because some browsers forget them when the layout changes.
import { elementId, h } from "./dom.js";
import { Field } from "./field.js";

const SHORT = new Set(["choice", "rating", "number", "date"]);
const FEWEST_ROWS = 4;

// Whether a table is better read as a matrix than as cards.
export function fitsMatrix(prompt) {
  const short = (column) => SHORT.has(column.kind) && !column.many && !column.other;
  return prompt.rows !== null && prompt.rows.length >= FEWEST_ROWS && prompt.columns.length <= 6 && prompt.columns.every(short);
}

export class Matrix {
  constructor(form, prompt) {
    Object.assign(this, { form, prompt, rows: new Map(), fields: [] });
    const caption = elementId("caption");
    this.heads = prompt.columns.map((column) => this.#head(column));
    this.body = h("tbody", { role: "rowgroup" });
    this.element = h("div", { class: "ck-table" },
      h("p", { class: "ck-label", id: caption }, prompt.label),
      prompt.help && h("p", { class: "ck-help" }, prompt.help),
      h("table", { class: "ck-matrix", role: "table", "aria-labelledby": caption },
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, h("td", { role: "cell" }), this.heads)), this.body));
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
    for (const row of rows) {
      if (!this.rows.has(row.id)) this.rows.set(row.id, this.#row(row));
      const element = this.rows.get(row.id);
      element.querySelector(".ck-row-name").textContent = row.label;
      if (this.body.lastChild !== element) this.body.append(element);
    }
  }

  #head(column) {
    const head = h("th", { scope: "col", role: "columnheader", id: elementId("column") }, column.label,
      column.help && h("span", { class: "ck-option-help" }, column.help));
    this.form.depth.gate(head, column.depth);
    return head;
  }

  #row(row) {
    const name = elementId("row");
    const cells = this.prompt.columns.map((column, at) => this.#cell(row, column, `${name} ${this.heads[at].id}`));
    const element = h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, h("span", { class: "ck-row-name", id: name }, row.label),
        row.help && h("span", { class: "ck-option-help" }, row.help)),
      cells.map((cell) => cell.element));
    this.form.progress.count(element, () => cells.some((cell) => this.form.desk.value(cell.address) !== null));
    return element;
  }

  #cell(row, column, labelledby) {
    const address = { prompt: `${this.prompt.id}.${column.id}`, row: row.id, scope: column.scope };
    const field = new Field(this.form, { ...column }, address, { compact: true, labelledby });
    this.fields.push(field);
    const element = h("td", { role: "cell" }, h("span", { class: "ck-cell-name", "aria-hidden": "true" }, column.label), field.element);
    this.form.depth.gate(element, column.depth);
    return { element, address };
  }
}

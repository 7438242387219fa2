// Programs that are decided together: description, candidates with evidence, and the team's decision.
import { elementId, h } from "../shared/dom.js";
import { Field } from "./field.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

export class Program {
  /**
   * @param {T.Form} form
   * @param {M.ProgramsPromptView} prompt
   * @param {T.ProgramRow} row
   */
  constructor(form, prompt, row) {
    this.form = form;
    this.prompt = prompt;
    this.row = row;
    const name = row.titles[0] ?? (row.code || "No title");
    const [cluster, sub, note] = prompt.columns.map((column) => this.#field(column, name));
    this.cluster = cluster;
    this.sub = sub;
    this.allSubs = sub.prompt.options;
    this.state = h("p", { class: "ck-mark" });
    this.element = h("fieldset", { class: "ck-row" },
      h("legend", {}, row.code ? `${row.code} · ${name}` : name),
      h("p", { class: "ck-help" }, about(row)),
      this.state,
      row.earlier && h("p", { class: "ck-help" }, `Decided earlier: ${row.earlier}. It holds until you decide again.`),
      this.#candidates(name),
      h("div", { class: "ck-row-fields" }, [cluster, sub, note].map((field) => field.element)));
    form.store.watch(cluster.address, () => this.#refresh());
    cluster.element.addEventListener("input", () => this.#dropOtherSub());
    this.#refresh();
  }

  /**
   * @param {M.CellPromptView} column
   * @param {string} name
   */
  #field(column, name) {
    const address = { prompt: `${this.prompt.id}.${column.id}`, row: this.row.key, scope: column.scope };
    return new Field(this.form, { ...column }, address, { asList: true, about: name });
  }

  /** @param {string} name */
  #candidates(name) {
    const { candidates, reasons } = this.row;
    if (!candidates.length) return h("p", {}, "Nothing points to one Cluster or another. Decide by what the program teaches.");
    return [
      h("ul", { class: "ck-candidates" }, candidates.map((candidate) => {
        const place = h("span", { id: elementId("place") }, candidate.place);
        return h("li", {}, h("span", {}, place, h("span", { class: "ck-option-help" }, candidate.sure)),
          h("button", { type: "button", class: "ck-button", "aria-describedby": place.id, onclick: () => this.#choose(candidate) },
            "Choose this", h("span", { class: "ck-hidden" }, ` for ${name}`)));
      })),
      h("details", { class: "ck-guidance" }, h("summary", {}, "Why these"), h("ul", {}, reasons.map((reason) => h("li", {}, reason)))),
    ];
  }

  // One click sets Cluster and Sub-Cluster, and settles conflicting answers of teammates.
  /** @param {T.ProgramRow["candidates"][number]} arg */
  #choose({ cluster, sub_cluster: sub }) {
    const { store } = this.form;
    store.settle(this.cluster.address, cluster);
    store.settle(this.sub.address, sub || null);
    store.queue.flush();
  }

  /**
   * @param {string} cluster
   * @returns {string[]}
   */
  #subsOf(cluster) {
    return this.prompt.sub_clusters[cluster] ?? [];
  }

  // Drop a Sub-Cluster that does not belong to the chosen Cluster.
  #dropOtherSub() {
    const { store } = this.form;
    const sub = store.value(this.sub.address);
    if (sub && !this.#subsOf(store.value(this.cluster.address)).includes(sub)) store.settle(this.sub.address, null);
  }

  #refresh() {
    const { store } = this.form;
    const cluster = store.value(this.cluster.address);
    const ids = this.#subsOf(cluster);
    this.sub.updateOptions(this.allSubs.filter((/** @type {M.OptionView} */ option) => ids.includes(option.id)));
    this.sub.element.hidden = !cluster;
    const shown = store.shown(this.cluster.address);
    const who = shown && !("sent" in shown) && !shown.mine ? ` by ${shown.who}` : "";
    this.state.textContent = cluster ? `Decided${who}` : this.row.clear ? "A clear proposal" : "";
    this.state.hidden = !this.state.textContent;
  }
}

/** @param {T.ProgramRow} row */
function about(row) {
  const more = row.more_titles ? `, and ${row.more_titles} more titles` : "";
  const others = row.titles.length > 1 ? `Also: ${row.titles.slice(1).join("; ")}${more}.` : "";
  const programs = `${row.programs.toLocaleString("en-US")} program${row.programs === 1 ? "" : "s"}`;
  const levels = row.levels.length ? `, ${row.levels.join(", ").toLowerCase()}` : "";
  const formers = row.formers.length ? `Former Cluster: ${row.formers.join("; ")}.` : "";
  return [`${programs}${levels}.`, formers, others].filter(Boolean).join(" ");
}

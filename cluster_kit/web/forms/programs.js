// A state's list of programs: findings, clear proposals, the team's decisions, the report, and next steps.
import { ExtensionClient } from "./extension_client.js";
import { elementId, h } from "../shared/dom.js";
import { Program } from "./program.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {HTMLElement & {show?: (taken: boolean) => void}} QuestionElement */
/** @typedef {{headers: string[], read: Record<string, string>, labels: Record<string, string>, sheet: string, sheets: Array<{name: string, label: string}>}} Columns */
/** @typedef {{list: null | {digest: string, name: string, sheet: string, columns: Columns, programs: number}, unclear?: {sentence: string, columns: Columns}, notice: string, findings: string[], clear_programs: number, counts: Record<string, number>, questions: Array<{id: string, words: string, taken: boolean}>}} Overview */

const PAGE = 25;
const REFRESH_DELAY_MS = 700;
const CHUNK_PAUSE_MS = 350; // JupyterLab drops messages above a megabyte per second
const MANY_FINDINGS = 4;
const FILTERS = [
  ["open", "To decide"],
  ["clear", "Clear proposals"],
  ["decided", "Decided"],
  ["all", "All"],
];

/** @type {{createHTML: (html: string) => string} | undefined} */
let policy;

// HTML that the server generates, with user text escaped: the only markup that a page inserts. Browsers with Trusted Types
// refuse any other (server/security_headers.py).
/** @param {string} html */
function trust(html) {
  const factory = /** @type {any} */ (globalThis).trustedTypes;
  policy ??= factory?.createPolicy("cluster-kit", { createHTML: (/** @type {string} */ one) => one });
  return policy ? policy.createHTML(html) : html;
}

// The policy of the page forbids style attributes, which charts have. As properties, styles are allowed.
/** @param {HTMLElement} place @param {string} html */
function showReport(place, html) {
  place.innerHTML = trust(html.replaceAll(' style="', ' data-style="'));
  for (const styled of place.querySelectorAll("[data-style]")) {
    if (!(styled instanceof HTMLElement || styled instanceof SVGElement)) continue;
    styled.style.cssText = styled.dataset.style ?? "";
    delete styled.dataset.style;
  }
}

export class Programs {
  /** @type {HTMLElement} */
  found;
  /** @type {HTMLDetailsElement} */
  columns;
  /** @type {HTMLElement} */
  bulkWords;
  /** @type {HTMLElement} */
  where;
  /** @type {HTMLElement} */
  rows;
  /** @type {HTMLElement} */
  again;
  /** @type {HTMLElement} */
  report;
  /** @type {HTMLElement} */
  questions;
  /** @type {HTMLButtonElement} */
  bulk;
  /** @type {HTMLButtonElement} */
  back;
  /** @type {HTMLButtonElement} */
  next;
  /** @type {HTMLSelectElement} */
  choice;
  /** @type {HTMLDetailsElement} */
  reportFold;

  /**
   * @param {T.Form} form
   * @param {M.ProgramsPromptView} prompt
   */
  constructor(form, prompt) {
    this.form = form;
    this.prompt = prompt;
    /** @type {Map<string, Program>} */
    this.cards = new Map();
    /** @type {string[]} */
    this.keys = [];
    this.page = 0;
    this.show = "open";
    this.client = new ExtensionClient(form.store, prompt.id);
    const title = elementId("programs");
    this.status = h("p", { role: "status", class: "ck-programs-status" });
    this.unclear = h("div", { hidden: true });
    this.body = h("div", { class: "ck-programs-body", hidden: true });
    this.element = h("div", { class: "ck-table ck-programs", role: "group", "aria-labelledby": title },
      h("p", { class: "ck-label", id: title }, prompt.label),
      prompt.help && h("p", { class: "ck-help" }, prompt.help), this.status, this.unclear, this.body);
    this.#build();
    form.store.on("stale", (prompts) => prompts.includes(prompt.id) && this.#refreshSoon());
    form.store.on("connected", () => this.isVisible && this.#resubscribe());
    // Send no requests before this part is near the viewport.
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      this.isVisible = true;
      this.#refresh();
    }, { rootMargin: "3000px" });
    watch.observe(this.element);
  }

  // --- building ---

  #build() {
    /**
     * @param {string} words
     * @param {...S.Child} parts
     */
    const heading = (words, ...parts) => h("section", { class: "ck-programs-part" }, h("h4", {}, words), parts);
    this.found = h("div", {});
    this.columns = h("details", {});
    this.bulk = h("button", { type: "button", class: "ck-button ck-main", onclick: () => this.#acceptClear() });
    this.bulkWords = h("p", { class: "ck-help" });
    this.choice = h("select", { id: elementId("show"), onchange: () => void this.#list(this.choice.value) },
      FILTERS.map(([value]) => h("option", { value })));
    this.where = h("p", { role: "status", class: "ck-programs-where" });
    this.rows = h("div", { class: "ck-rows" });
    this.back = h("button", { type: "button", class: "ck-button", onclick: () => this.#changePage(-1) }, `Back ${PAGE}`);
    this.next = h("button", { type: "button", class: "ck-button", onclick: () => this.#changePage(1) }, `Next ${PAGE}`);
    this.again = h("button", { type: "button", class: "ck-quiet", onclick: () => this.#list(this.show) }, "Look again at what is left");
    this.report = h("div", { class: "ck-programs-report" });
    this.questions = h("ul", { class: "ck-questions" });
    /** @type {HTMLDetailsElement} */
    const reportFold = h("details", { ontoggle: () => reportFold.open && this.#report() },
      h("summary", {}, "Show pictures and tables: coverage, gaps, what changes Cluster, reporting before and after"), this.report);
    /**
     * @param {string} format
     * @param {string} words
     */
    const download = (format, words) => h("button", { type: "button", class: "ck-button", onclick: () => this.#download(format) }, words);
    this.reportFold = reportFold;
    this.body.append(
      heading("What was found in your list", this.found, this.columns),
      heading("What is clear", this.bulkWords, this.bulk),
      heading("What your team decides",
        h("p", { class: "ck-programs-show" }, h("label", { for: this.choice.id }, "Show"), this.choice),
        this.where, this.rows, h("p", { class: "ck-programs-turn" }, this.back, this.next, this.again)),
      heading("What it shows", h("p", { class: "ck-help" }, "Numbers of learners below 10 are withheld."), reportFold),
      heading("Questions for your next meeting", this.questions),
      heading("Take it with you",
        h("p", { class: "ck-help" }, "The coded list with the decisions as they are now. It is your state's own data, so its numbers are not withheld."),
        h("p", { class: "ck-programs-turn" }, download("xlsx", "Download the coded list (Excel)"), download("csv", "Download the coded list (CSV)"))));
  }

  // --- requests ---

  #refreshSoon() {
    if (!this.isVisible) return;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.#refresh(), REFRESH_DELAY_MS);
  }

  // Subscribe again after a reconnection. Rows on other pages are reloaded when shown.
  #resubscribe() {
    this.#refreshSoon();
    const shown = this.#pageKeys().filter((key) => this.cards.has(key));
    for (const key of this.cards.keys()) if (!shown.includes(key)) this.cards.delete(key);
    if (shown.length) this.#ask("rows", {}, shown);
  }

  /**
   * @param {string} what
   * @param {object} [more]
   * @param {string[]} [rows]
   * @returns {Promise<any>}
   */
  async #ask(what, more = {}, rows = []) {
    try {
      return await this.client.ask(what, more, rows);
    } catch (problem) {
      this.#setStatus(problem instanceof Error ? problem.message : String(problem));
      return null;
    }
  }

  /** @param {string} sentence */
  #setStatus(sentence) {
    this.status.textContent = sentence;
  }

  async #refresh() {
    if (this.body.hidden) this.#setStatus("Looking at your list …");
    const reply = await this.#ask("overview");
    if (!reply) return;
    const isNew = reply.list && reply.list.digest !== this.digest;
    this.digest = reply.list?.digest;
    this.body.hidden = !reply.list;
    this.unclear.hidden = !reply.unclear;
    if (reply.unclear) return this.#showUnclear(reply.unclear);
    if (!reply.list) return this.#setStatus("After you upload your list, you see what was found in it, and where its programs may belong.");
    if (this.status.textContent.startsWith("Looking")) this.#setStatus("");
    this.#showFound(reply);
    this.#showClear(reply);
    this.#showCounts(reply.counts);
    this.#showQuestions(reply.questions);
    if (isNew) {
      this.columns.replaceChildren(h("summary", {}, "Correct the columns"), ...this.#columnFields(reply.list.columns));
      this.cards.clear();
      if (this.reportFold.open) void this.#report();
      await this.#list("open");
    }
  }

  // --- display ---

  /** @param {Overview} arg */
  #showFound({ list, notice, findings }) {
    if (!list) return;
    const sheet = list.sheet ? `, sheet “${list.sheet}”` : "";
    const { read, labels } = list.columns;
    const columns = Object.entries(read).map(([role, name]) => `${labels[role] ?? role} from “${name}”`).join(", ");
    const first = findings.slice(0, MANY_FINDINGS);
    const rest = findings.slice(MANY_FINDINGS);
    /** @param {string[]} sentences */
    const items = (sentences) => h("ul", {}, sentences.map((sentence) => h("li", {}, sentence)));
    const open = this.found.querySelector("details")?.open;
    this.found.replaceChildren(
      ...(notice ? [h("p", { class: "ck-notice" }, notice)] : []),
      h("p", {}, `${count(list.programs, "program")} in ${list.name}${sheet}. Columns: ${columns}.`),
      ...(first.length ? [items(first)] : []),
      ...(rest.length ? [h("details", { open }, h("summary", {}, `And ${count(rest.length, "more finding")}`), items(rest))] : []));
  }

  // A list whose columns are not recognized: the team names them.
  /** @param {{sentence: string, columns: Columns}} arg */
  #showUnclear({ sentence, columns }) {
    this.#setStatus(sentence);
    const asked = JSON.stringify([columns.sheet, columns.headers]);
    if (this.unclear.dataset.asked === asked) return;
    this.unclear.dataset.asked = asked;
    this.unclear.replaceChildren(
      h("p", { class: "ck-help" }, "If it is a list of programs, say what its columns are. Otherwise, upload another file."),
      ...this.#columnFields(columns));
  }

  // A choice of the sheet, and one for each kind of column. What is not changed stays as it was read.
  /** @param {Columns} arg */
  #columnFields({ headers, read, labels, sheet, sheets }) {
    /** @type {Map<string, HTMLSelectElement>} */
    const choices = new Map();
    const fields = Object.entries(labels).map(([role, label]) => {
      const select = h("select", { id: elementId("column") },
        h("option", { value: "" }, read[role] ? "Do not read" : "Not in this list"),
        headers.map((name) => h("option", { value: name, selected: name === read[role] }, name)));
      choices.set(role, select);
      return h("p", { class: "ck-programs-column" }, h("label", { for: select.id }, label), select);
    });
    const sheetSelect = h("select", { id: elementId("sheet") },
      !sheet && h("option", { value: "" }, "Choose a sheet"),
      sheets.map(({ name, label }) => h("option", { value: name, selected: name === sheet }, label)));
    const apply = () => {
      // Another sheet has columns of its own. Of a list that is read, the same sheet is found again.
      if (sheetSelect.value !== sheet) return void this.#chooseColumns({}, sheetSelect.value);
      const changed = [...choices].filter(([role, select]) => select.value !== (read[role] ?? ""));
      void this.#chooseColumns(Object.fromEntries(changed.map(([role, select]) => [role, select.value])), sheet);
    };
    return [
      ...(sheets.length ? [h("p", { class: "ck-programs-column" }, h("label", { for: sheetSelect.id }, "Sheet of the workbook"), sheetSelect)] : []),
      h("div", { class: "ck-programs-columns" }, fields),
      h("p", { class: "ck-help" }, `Your choice also applies to your state's later lists with the same ${sheets.length ? "sheets and columns" : "columns"}.`),
      h("button", { type: "button", class: "ck-button", onclick: apply }, "Read the list with these choices"),
    ];
  }

  /**
   * @param {Record<string, string>} columns
   * @param {string} sheet
   */
  async #chooseColumns(columns, sheet) {
    if (!Object.keys(columns).length && !sheet) return this.#setStatus("Choose another column first.");
    this.#setStatus("Reading your list …");
    const reply = await this.#ask("columns", { columns, sheet });
    if (!reply) return;
    delete this.unclear.dataset.asked;
    if (reply.unclear) {
      this.unclear.hidden = false;
      this.#showUnclear(reply.unclear);
      return;
    }
    await this.#refresh();
    if (!this.unclear.hidden) return;
    this.#setStatus("Your list was read with these choices.");
    this.columns.querySelector("summary")?.focus();
  }

  /** @param {Overview} arg */
  #showClear({ counts, clear_programs: programs }) {
    this.bulk.hidden = counts.clear === 0;
    this.bulk.textContent = `Take the ${counts.clear.toLocaleString("en-US")} clear ones`;
    this.bulkWords.textContent = counts.clear
      ? `${count(programs, "program")}, with ${count(counts.clear, "code or title", "codes or titles")}, leave little doubt. Look through them under “Clear proposals” below, or take them as they are; you can change each one later.`
      : "Every clear proposal is decided.";
  }

  /** @param {Record<string, number>} counts */
  #showCounts(counts) {
    FILTERS.forEach(([value, words], at) => {
      this.choice.options[at].textContent = `${words} (${counts[value].toLocaleString("en-US")})`;
    });
  }

  /** @param {Overview["questions"]} questions */
  #showQuestions(questions) {
    const known = new Map(/** @type {QuestionElement[]} */ ([...this.questions.children]).map((item) => [item.dataset.id, item]));
    this.questions.replaceChildren(...questions.map((question) => {
      const item = known.get(question.id) ?? this.#questionItem(question);
      if (item.firstChild) item.firstChild.textContent = question.words;
      item.show?.(question.taken);
      return item;
    }));
  }

  /** @param {{id: string}} arg */
  #questionItem({ id }) {
    const words = h("span", { id: elementId("question") });
    const state = h("span", { class: "ck-mark" });
    const add = h("button", { type: "button", class: "ck-button", "aria-describedby": words.id, onclick: () => this.#addNextStep(id) }, "Make it a next step");
    /** @type {QuestionElement} */
    const item = h("li", {}, words, state, add);
    item.dataset.id = id;
    item.show = (/** @type {boolean} */ taken) => {
      state.textContent = taken ? "Among your next steps" : "";
      add.hidden = taken;
    };
    return item;
  }

  // --- rows, paginated ---

  /** @param {string} show */
  async #list(show) {
    this.show = this.choice.value = show;
    const reply = await this.#ask("list", { show });
    if (!reply) return;
    this.keys = reply.keys;
    this.page = 0;
    await this.#showPage();
  }

  /** @param {number} by */
  async #changePage(by) {
    this.page += by;
    await this.#showPage();
    this.rows.querySelector("legend")?.scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (this.rows.querySelector("button, select, textarea"))?.focus();
  }

  #pageKeys() {
    return this.keys.slice(this.page * PAGE, (this.page + 1) * PAGE);
  }

  async #showPage() {
    const keys = this.#pageKeys();
    const missing = keys.filter((key) => !this.cards.has(key));
    if (missing.length) {
      const reply = await this.#ask("rows", {}, missing);
      for (const row of reply?.rows ?? []) this.cards.set(row.key, new Program(this.form, this.prompt, row));
    }
    this.rows.replaceChildren(...keys.flatMap((key) => this.cards.get(key)?.element ?? []));
    const first = this.page * PAGE + 1;
    this.where.textContent = keys.length
      ? `${first} to ${first + keys.length - 1} of ${this.keys.length.toLocaleString("en-US")}, those with the most programs first.`
      : "Nothing is left here.";
    this.back.hidden = this.page === 0;
    this.next.hidden = (this.page + 1) * PAGE >= this.keys.length;
    this.again.hidden = this.show !== "open";
  }

  // --- actions ---

  async #acceptClear() {
    this.bulk.disabled = true;
    const reply = await this.#ask("take_clear");
    this.bulk.disabled = false;
    if (!reply) return;
    this.#setStatus(`${count(reply.taken, "decision was", "decisions were")} taken over.`);
    await this.#refresh();
    this.choice.focus();
  }

  /** @param {string} question */
  async #addNextStep(question) {
    const reply = await this.#ask("take_question", { question });
    if (!reply) return;
    this.#setStatus(reply.added ? "The question is among your next steps now. Add a lead and a due date there." : "It is among your next steps already.");
    await this.#refresh();
  }

  async #report() {
    this.report.replaceChildren(h("p", {}, "Drawing …"));
    const reply = await this.#ask("report");
    if (reply) showReport(this.report, reply.html);
    else this.report.replaceChildren();
  }

  /** @param {string} format */
  async #download(format) {
    /** @type {Uint8Array<ArrayBuffer>[]} */
    const parts = [];
    for (let at = 0, size = 1, name = ""; at < size; ) {
      this.#setStatus("Making the file …");
      const reply = await this.#ask("download", { format, at });
      if (!reply) return;
      const part = Uint8Array.from(atob(reply.data), (char) => char.charCodeAt(0));
      parts.push(part);
      ({ size, name } = reply);
      at += part.length;
      if (at >= size) this.#saveFile(name, parts);
      else await new Promise((resolve) => setTimeout(resolve, CHUNK_PAUSE_MS));
    }
    this.#setStatus("The file is with your downloads.");
  }

  /**
   * @param {string} name
   * @param {BlobPart[]} parts
   */
  #saveFile(name, parts) {
    const href = URL.createObjectURL(new Blob(parts));
    const link = h("a", { href, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  }
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

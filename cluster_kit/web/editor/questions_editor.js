// The questions of an exercise: their wording, options, columns, order, and kind.
import { elementId, h } from "../shared/dom.js";
import { ask } from "./dialogs.js";
import { mintUnnamed } from "./entries.js";
import { choiceField, numberField, orderButtons, textField, tickField } from "./fields.js";
/** @import * as E from "./types.js" */
/** @import * as S from "../shared/types.js" */
/** @import { Page } from "./fields.js" */

const KINDS = new Map([
  ["text", "Text"], ["choice", "Choice from a list"], ["number", "Number"], ["date", "Date"], ["person", "Person"],
  ["rating", "Rating"], ["table", "Table"], ["items", "Statements of the instrument"], ["questions", "Questions of the instrument"],
  ["file", "File"], ["programs", "Program review"],
]);
const ADDABLE = ["text", "choice", "number", "date", "person"];
const COMMON = ["id", "kind", "label", "help", "scope", "depth", "before"];
/** @type {Array<[string, string]>} */
const DEPTHS = [["", "Essential: everyone is asked"], ["standard", "Standard: teams that prepare are asked"], ["full", "Full: for work between sessions"]];
/** @type {Array<[string, string]>} */
const SCOPES = [["", "As the exercise"], ["team", "The team, once"], ["person", "Each person"]];

// What the editor of questions needs besides the page: the answers by key, and the keys of accepted
// risks.
/**
 * @typedef {Page & {answers: Record<string, E.Count>, confirmed: Set<string>}} QuestionsPage
 */

/** @param {string} kind */
function kindInWords(kind) {
  return KINDS.get(kind) ?? kind.replaceAll("_", " ");
}

/** @param {E.Count} count */
export function countInWords({ answers, states }) {
  return `${answers} ${answers === 1 ? "answer" : "answers"} from ${states} ${states === 1 ? "state" : "states"}`;
}

// The questions of an exercise; with `columnOf`, the columns of one of its tables.
/**
 * @param {QuestionsPage} page
 * @param {E.Entry} exercise
 * @param {E.Entry} holder
 * @param {string} key
 * @param {string} [columnOf]
 * @returns {HTMLElement}
 */
export function questionsEditor(page, exercise, holder, key, columnOf = "") {
  const name = columnOf ? "columns" : "prompts";
  const noun = columnOf ? "column" : "question";
  const entries = /** @type {E.Entry[]} */ (holder[name] ?? []);
  const list = h("ol", { class: "ck-edit-questions" }, entries.map((entry) => card(page, exercise, entries, entry, `${key}.${entry.id}`, columnOf)));
  const kind = h("select", { "aria-label": `Kind of the new ${noun}` }, ADDABLE.map((one) => h("option", { value: one }, kindInWords(one))));
  const add = h("button", { type: "button", class: "ck-edit-add", "data-focus": `${key}/add`, onclick: () => {
    const entry = fresh(kind.value);
    holder[name] = [...entries, entry];
    page.changed();
    page.redraw(`${key}.${entry.id}.label`);
  } }, `Add a ${noun}`);
  return h("div", { class: "ck-edit-group", role: "group", "aria-label": columnOf ? "Columns" : "Questions", "data-key": key }, list, h("p", { class: "ck-edit-problem", hidden: true }),
    h("p", { class: "ck-edit-adding" }, kind, add));
}

/** @param {string} kind */
function fresh(kind) {
  /** @type {E.Entry} */
  const entry = { id: mintUnnamed(), kind, label: null };
  if (kind === "choice") entry.options = [freshOption(), freshOption()];
  return entry;
}

function freshOption() {
  return /** @type {E.Entry} */ ({ id: mintUnnamed(), label: null });
}

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} exercise
 * @param {E.Entry[]} entries
 * @param {E.Entry} entry
 * @param {string} key
 * @param {string} columnOf
 * @returns {HTMLElement}
 */
function card(page, exercise, entries, entry, key, columnOf) {
  const address = `${exercise.id}.${columnOf ? `${columnOf}.` : ""}${entry.id}`;
  const count = page.answers[address];
  const label = entry.label || `A new ${columnOf ? "column" : "question"}`;
  const id = elementId("card");
  const title = h("span", { class: "ck-edit-card-title", id }, label);
  const remove = async () => {
    if (count && !(await accept(page, key, `Remove “${label}”?`, count, "They stay in the record, but pages, worksheets, and packets no longer show them.", "Remove it"))) return;
    const at = entries.indexOf(entry);
    entries.splice(at, 1);
    page.changed();
    page.redraw(`${key.slice(0, key.lastIndexOf("."))}/add`);
    page.announce(`“${label}” is removed. It is gone from the record's forms once you save.`);
  };
  const isOfficial = entry.kind === "items" || entry.kind === "questions";
  return h("li", {}, h("div", { class: "ck-edit-card", role: "group", "aria-labelledby": id, "data-key": key },
    h("div", { class: "ck-edit-card-head" }, h("div", {}, title,
      h("span", { class: "ck-edit-card-kind" }, kindInWords(entry.kind), count ? ` · ${countInWords(count)}` : "")),
      orderButtons(page, entries, entry, key, label, remove)),
    h("p", { class: "ck-edit-problem", hidden: true }),
    textField(page, entry, "label", `${key}.label`, columnOf ? "Heading of the column" : "Question", { lines: 2, required: true }),
    textField(page, entry, "help", `${key}.help`, "Help below it (may be empty)", { lines: 2 }),
    isOfficial && h("p", { class: "ck-edit-official" }, "The statements and questions themselves are official texts with sources, so they are read-only here; they are replaced with cluster-kit instrument import."),
    ofKind(page, exercise, entry, key),
    h("details", { class: "ck-edit-more", "data-open": `${key}/more` }, h("summary", {}, "Who is asked, and when"),
      ADDABLE.includes(entry.kind) && kindField(page, entry, key, count),
      choiceField(page, entry, "depth", `${key}.depth`, "Depth", depthsOf(entry)),
      !columnOf && !isOfficial && entry.kind !== "table" && choiceField(page, entry, "scope", `${key}.scope`, "Who answers", SCOPES),
      tickField(page, entry, "before", `${key}.before`, "Asked before the session"))));
}

// "essential" may be written out in a file; it means the same as nothing.
/** @param {E.Entry} entry */
function depthsOf(entry) {
  return entry.depth === "essential" ? DEPTHS.map(([value, text]) => /** @type {[string, string]} */ ([value || "essential", text])) : DEPTHS;
}

/**
 * @param {QuestionsPage} page
 * @param {string} key
 * @param {string} title
 * @param {E.Count} count
 * @param {string} consequence
 * @param {string} label
 */
async function accept(page, key, title, count, consequence, label) {
  const body = [h("p", {}, `It has ${countInWords(count)}. ${consequence}`)];
  const chosen = await ask(title, body, [{ value: "keep", label: "Keep it as it is", primary: true }, { value: "go", label }]);
  if (chosen === "go") page.confirmed.add(key);
  return chosen === "go";
}

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} entry
 * @param {string} key
 * @param {E.Count | undefined} count
 */
function kindField(page, entry, key, count) {
  const choices = ADDABLE.map((kind) => /** @type {[string, string]} */ ([kind, kindInWords(kind)]));
  const holder = { kind: entry.kind };
  const field = choiceField(page, holder, "kind", `${key}.kind`, "Kind of answer", choices);
  const control = /** @type {HTMLSelectElement} */ (field.querySelector("select"));
  control.addEventListener("change", async () => {
    const kind = control.value;
    const consequence = "They stay in the record. Those that do not fit the new kind are shown as they were stored.";
    if (count && !(await accept(page, key, `Make “${entry.label}” a ${kindInWords(kind).toLowerCase()}?`, count, consequence, "Change the kind"))) {
      page.redraw(`${key}.kind`);
      return;
    }
    for (const name of Object.keys(entry)) if (!COMMON.includes(name)) delete entry[name];
    Object.assign(entry, { kind }, kind === "choice" ? { options: [freshOption(), freshOption()] } : {});
    page.changed();
    page.redraw(`${key}.kind`);
  });
  return field;
}

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} exercise
 * @param {E.Entry} entry
 * @param {string} key
 * @returns {S.Child[]}
 */
function ofKind(page, exercise, entry, key) {
  if (entry.kind === "text") {
    return [
      numberField(page, entry, "words", `${key}.words`, "About how many words", { hint: "Counts as writing time; nothing is cut off. Empty means 15." }),
      tickField(page, entry, "check", `${key}.check`, "Suggest plainer language while people type", { on: "plain_language" }),
    ];
  }
  if (entry.kind === "choice") {
    return [
      entry.options_from ? h("p", { class: "ck-edit-hint" }, sourceInWords(entry.options_from)) : labelsEditor(page, entry, "options", key, "option"),
      tickField(page, entry, "many", `${key}.many`, "Several may be chosen"),
      tickField(page, entry, "other", `${key}.other`, "People may add something else"),
    ];
  }
  if (entry.kind === "number") {
    return [
      textField(page, entry, "unit", `${key}.unit`, "Unit (may be empty)"),
      numberField(page, entry, "minimum", `${key}.minimum`, "Lowest (may be empty)"),
      numberField(page, entry, "maximum", `${key}.maximum`, "Highest (may be empty)"),
      tickField(page, entry, "whole", `${key}.whole`, "Whole numbers only", { standard: true }),
    ];
  }
  if (entry.kind === "rating") {
    return (entry.scale ?? []).map((/** @type {E.Entry} */ point, /** @type {number} */ index) => h("fieldset", { class: "ck-edit-group" },
      h("legend", {}, `Point ${point.value}`),
      textField(page, point, "label", `${key}.scale.${index + 1}.label`, "Label", { required: true }),
      textField(page, point, "text", `${key}.scale.${index + 1}.text`, "What it means", { lines: 2 })));
  }
  if (entry.kind === "table") return ofTable(page, exercise, entry, key);
  return [];
}

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} exercise
 * @param {E.Entry} entry
 * @param {string} key
 * @returns {S.Child[]}
 */
function ofTable(page, exercise, entry, key) {
  return [
    textField(page, entry, "row_name", `${key}.row_name`, "What a row is called"),
    entry.rows && labelsEditor(page, entry, "rows", key, "row"),
    entry.rows_from && h("p", { class: "ck-edit-hint" }, sourceInWords(entry.rows_from)),
    !entry.rows && numberField(page, entry, "expected_rows", `${key}.expected_rows`, "Rows that a team fills", { hint: "Counts in the minutes. Empty means 3." }),
    h("details", { class: "ck-edit-more ck-edit-columns", "data-open": `${key}/columns` }, h("summary", {}, `Columns (${(entry.columns ?? []).length})`),
      questionsEditor(page, exercise, entry, `${key}.columns`, entry.id)),
  ];
}

/** @param {any} source */
function sourceInWords(source) {
  if (typeof source === "string") return `The list comes from: ${source.replaceAll("_", " ")}.`;
  return `The list comes from what the team answers in the exercise “${source.exercise}”. Change that in the file.`;
}

// Options of a choice, or fixed rows of a table: labels, order, and more of them.
/**
 * @param {QuestionsPage} page
 * @param {E.Entry} holder
 * @param {string} name
 * @param {string} key
 * @param {string} noun
 */
function labelsEditor(page, holder, name, key, noun) {
  const entries = /** @type {E.Entry[]} */ (holder[name] ?? []);
  const items = entries.map((entry, index) => {
    const place = `${key}.${name}.${entry.id}`;
    const what = entry.label || `A new ${noun}`;
    const field = textField(page, entry, "label", `${place}.label`, `${noun[0].toUpperCase()}${noun.slice(1)} ${index + 1}`, { required: true });
    const remove = () => {
      entries.splice(index, 1);
      page.changed();
      page.redraw(`${key}.${name}/add`);
    };
    return h("li", { "data-key": place }, field, orderButtons(page, entries, entry, place, what, remove));
  });
  return h("fieldset", { class: "ck-edit-group", "data-key": `${key}.${name}` },
    h("legend", {}, noun === "option" ? "Options" : "Rows"), h("ol", { class: "ck-edit-labels" }, items),
    h("p", { class: "ck-edit-problem", hidden: true }),
    h("button", { type: "button", class: "ck-edit-add", "data-focus": `${key}.${name}/add`, onclick: () => {
      const entry = freshOption();
      holder[name] = [...entries, entry];
      page.changed();
      page.redraw(`${key}.${name}.${entry.id}.label`);
    } }, `Add ${noun === "option" ? "an option" : "a row"}`));
}

// Prompts whose rows are the instrument's: items to rate, each with its guidance and a note, and open questions.
import { h } from "../shared/dom.js";
import { Field } from "./field.js";
import { Team } from "./team.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 */
export function buildItems(form, prompt) {
  const team = prompt.together.length > 0 ? new Team(form, prompt) : null;
  const areas = prompt.areas.map((area) => {
    const items = area.items.map((item) => buildItem(form, prompt, item, team));
    const section = h("div", { class: "ck-area" }, h("h4", {}, area.title), h("p", { class: "ck-help" }, area.intro), items);
    const shallowest = area.items.map((item) => item.depth).sort(form.depth.compare)[0];
    form.depth.gate(section, shallowest);
    return section;
  });
  return h("div", { class: "ck-items" }, h("p", { class: "ck-label" }, prompt.label), prompt.help && h("p", { class: "ck-help" }, prompt.help),
    team?.overview, areas, team?.reveal);
}

/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 * @param {M.ItemView} item
 * @param {Team | null} team
 */
function buildItem(form, prompt, item, team) {
  /**
   * @param {"rating" | "note"} column
   * @returns {T.Address}
   */
  const address = (column) => ({ prompt: `${prompt.id}.${column}`, row: item.id, scope: prompt.scope });
  const rating = { kind: "rating", id: "rating", label: item.text, scale: item.scale };
  const note = { kind: "text", id: "note", label: "Your evidence, in a few words", words: prompt.note_words };
  const element = h("div", { class: "ck-item" },
    new Field(form, rating, address("rating")).element,
    guidance(item, form.me.role),
    new Field(form, note, address("note"), { about: item.text }).element);
  form.depth.gate(element, item.depth);
  form.progress.count(element, () => form.store.value(address("rating")) !== null);
  if (team) team.add(item, element);
  return element;
}

/**
 * @param {M.ItemView} item
 * @param {string} role
 */
function guidance(item, role) {
  const isYours = item.role_ids.includes(role);
  /**
   * @param {string} title
   * @param {string[]} lines
   */
  const list = (title, lines) => [h("p", { class: "ck-small-title" }, title), h("ul", {}, lines.map((line) => h("li", {}, line)))];
  return h("details", { class: "ck-guidance" },
    h("summary", {}, "Questions to guide you, and what counts as evidence", h("span", { class: "ck-hidden" }, `: ${item.text}`)),
    list("Ask yourselves", item.guiding_questions),
    list("What counts as evidence", item.evidence),
    h("p", {}, `Often answered best by: ${item.roles.join(", ")}${isYours ? " (this is your role)" : ""}.`));
}

/**
 * @param {T.Form} form
 * @param {M.QuestionsPromptView} prompt
 */
export function buildQuestions(form, prompt) {
  const fields = prompt.questions.map((question) => {
    const address = { prompt: `${prompt.id}.answer`, row: question.id, scope: prompt.scope };
    const { element } = new Field(form, { ...question, kind: "text" }, address);
    form.depth.gate(element, question.depth);
    form.progress.count(element, () => form.store.value(address) !== null);
    return element;
  });
  return h("div", { class: "ck-group" }, h("p", { class: "ck-label" }, prompt.label), prompt.help && h("p", { class: "ck-help" }, prompt.help), fields);
}

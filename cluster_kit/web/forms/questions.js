// Prompts whose rows come from the instrument: items to rate, each with guidance and a note, and open questions.
import { elementId, h } from "../shared/dom.js";
import { publishedExamples, sourceList } from "./published.js";
import { Field } from "./field.js";
import { foldInSmallWindow } from "./instructions.js";
import { ItemsProgress } from "./items_progress.js";
import { askForReason } from "./reason.js";
import { Team } from "./team.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 */
export function buildItems(form, prompt) {
  const team = prompt.together.length > 0 ? new Team(form, prompt) : null;
  const progress = prompt.rated ? new ItemsProgress(form, team) : null;
  const areas = prompt.areas.map((area) => {
    const items = area.items.map((item) => buildItem(form, prompt, item, { team, progress }));
    const about = area.intro && h("details", { class: "ck-area-about" },
      h("summary", {}, "About this area", h("span", { class: "ck-hidden" }, `: ${area.title}`)), h("p", { class: "ck-help" }, area.intro));
    const section = h("div", { class: "ck-area" }, h("div", { class: "ck-area-head" }, h("h4", {}, area.title), about), items,
      publishedExamples(area.examples, area.title, "More published examples in this area"));
    const shallowest = area.items.map((item) => item.depth).sort(form.depth.compare)[0];
    form.depth.gate(section, shallowest);
    return section;
  });
  const label = elementId("label");
  // The only area has the heading. On a phone, the exercise's title is enough.
  const hasOneArea = areas.length === 1;
  return h("div", { class: hasOneArea ? "ck-items ck-items-one-area" : "ck-items", role: "group", "aria-labelledby": label },
    h("p", { class: hasOneArea ? "ck-hidden" : "ck-label", id: label }, prompt.label), prompt.help && h("p", { class: "ck-help" }, prompt.help),
    howToRate(prompt, team), team?.shown, progress?.element, areas, team?.reveal);
}

/**
 * @param {M.ItemsPromptView} prompt
 * @param {Team | null} team
 */
function howToRate({ rated, rule }, team) {
  const point = rated && rule ? h("details", { class: "ck-rule" }, h("summary", {}, "How to choose a point"), h("p", { class: "ck-help" }, rule)) : null;
  if (!point || !team) return point ?? team?.beforeReveal;
  return foldInSmallWindow("How to rate, and who sees it", point, team.beforeReveal);
}

/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 * @param {M.ItemView} item
 * @param {{team: Team | null, progress: ItemsProgress | null}} followers
 */
function buildItem(form, prompt, item, { team, progress }) {
  /**
   * @param {"rating" | "note" | "answer"} column
   * @returns {T.Address}
   */
  const address = (column) => ({ prompt: `${prompt.id}.${column}`, row: item.id, scope: prompt.scope });
  const tag = item.tag && h("p", { class: "ck-tag" }, item.tag);
  const fields = prompt.rated ? rateItem(form, prompt, item, address) : [answerItem(form, prompt, item, address)];
  const [first, ...others] = fields.map((field) => field.element);
  const element = h("div", { class: "ck-item" }, tag, first, guidance(item, form.me.role), publishedExamples(item.examples, item.text), others);
  form.depth.gate(element, item.depth);
  form.progress.count(element, { ...fields[0].prompt, optional: prompt.optional }, fields[0].address);
  team?.add(item, element);
  progress?.add(element, fields[0]);
  return element;
}

/** @typedef {(column: "rating" | "note" | "answer") => T.Address} Addressing */

// The rating and the note beside it.
/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 * @param {M.ItemView} item
 * @param {Addressing} address
 */
function rateItem(form, prompt, item, address) {
  const asked = { kind: "rating", id: "rating", label: item.text, scale: item.scale, off_scale: prompt.off_scale };
  const beside = { kind: "text", id: "note", label: "Your evidence, in a few words", words: prompt.note_words };
  const rating = new Field(form, asked, address("rating"), { heading: "h5" });
  const note = new Field(form, beside, address("note"), { about: item.text });
  askForReason(form, rating, note);
  return [rating, note];
}

// An item of an instrument without a scale: a question to answer in words.
/**
 * @param {T.Form} form
 * @param {M.ItemsPromptView} prompt
 * @param {M.ItemView} item
 * @param {Addressing} address
 */
function answerItem(form, prompt, item, address) {
  return new Field(form, { kind: "text", id: "answer", label: item.text, words: prompt.answer_words }, address("answer"));
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
  const list = (title, lines) => lines.length > 0 && [h("p", { class: "ck-small-title" }, title), h("ul", {}, lines.map((line) => h("li", {}, line)))];
  const { guiding_questions: questions, strategies, evidence, roles } = item;
  if (![questions, strategies, evidence, roles, item.sources].some((lines) => lines.length)) return null;
  const about = [questions.length && "questions to guide you", strategies.length && "strategies", evidence.length && "what counts as evidence"].filter(Boolean).join(", and ") || "who can answer";
  return h("details", { class: "ck-guidance" },
    h("summary", {}, `${about[0].toUpperCase()}${about.slice(1)}`, h("span", { class: "ck-hidden" }, `: ${item.text}`)),
    list("Ask yourselves", questions),
    list("Strategies to consider", strategies),
    list("What counts as evidence", evidence),
    sourceList(item.sources),
    roles.length > 0 && h("p", {}, `Often answered best by: ${roles.join(", ")}${isYours ? " (this is your role)" : ""}.`));
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
    form.progress.count(element, { kind: "text", optional: prompt.optional }, address);
    return element;
  });
  const label = elementId("label");
  return h("div", { class: "ck-group", role: "group", "aria-labelledby": label }, h("p", { class: "ck-label", id: label }, prompt.label), prompt.help && h("p", { class: "ck-help" }, prompt.help), fields);
}

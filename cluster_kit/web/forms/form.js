// An exercise as a form. The model is anywidget's: get(name), on("msg:custom"), off, send(content). `schema` is the
// exercise's static definition, the same for all people; `opening` has the state of the person and the team.
import { whenBegun } from "./begun.js";
import { Cards } from "./cards.js";
import { tallyTable } from "./completeness.js";
import { Depth } from "./depth.js";
import { FormStore } from "./form_store.js";
import { elementId, h } from "../shared/dom.js";
import { Field } from "./field.js";
import { INSTALLED } from "./installed_kinds.js";
import { buildInstructions } from "./instructions.js";
import { Lock } from "./lock.js";
import { Matrix, fitsMatrix } from "./matrix.js";
import { learnPeople } from "./people.js";
import { Programs } from "./programs.js";
import { buildItems, buildQuestions } from "./questions.js";
import { SavedCopy } from "./saved_copy.js";
import { Ranking, ranks } from "./ranking.js";
import { Progress, Status } from "./status.js";
import { linkTerms } from "./terms.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {Map<string, (source: M.SourceView) => void>} Live */

/** @param {{model: S.WidgetModel, el: HTMLElement}} arg */
function render({ model, el }) {
  const schema = structuredClone(model.get("schema"));
  const opening = structuredClone(model.get("opening"));
  applySources(schema.prompts, opening.sources);
  const store = new FormStore(model, opening);
  const status = new Status(store);
  const progress = new Progress(store, schema.exercise);
  const depth = new Depth(store, opening.depth);
  const { limits, roles } = schema;
  learnPeople(opening.people);
  const form = { store, depth, progress, announce: status.announce, limits, roles, me: opening.me, team: opening.team, title: schema.title, teams: [] };
  const live = new Map();
  const prompts = schema.prompts.map((/** @type {M.PromptView} */ prompt) => buildPrompt(form, prompt, live));
  const title = elementId("title");
  const chooseDepth = depth.build(form, opening.depths);
  const refreshDepth = () => { if (chooseDepth) chooseDepth.hidden = schema.prompts.every(isWithoutRows); };
  refreshDepth();
  const lock = new Lock(form, [prompts, chooseDepth]);
  schema.prompts.forEach((/** @type {M.PromptView} */ prompt, /** @type {number} */ at) => {
    if (isPrepared(prompt) && schema.prompts.some((/** @type {M.PromptView} */ one) => !isPrepared(one))) foldInRoom(prompts[at], prompt.label);
  });
  const asks = [lock.nodes, status.element];
  const root = h("div", { class: "ck-form", role: "group", "aria-labelledby": title }, frame(schema, title, asks), status.liveRegion);
  progress.root = root;
  linkTerms(root, schema.terms);
  depth.onChange = () => progress.later();
  store.on("rows", () => progress.later());
  store.on("sources", (sources) => {
    updateOptions(live, sources);
    refreshDepth();
    progress.later();
  });
  el.replaceChildren(root);
  const copy = new SavedCopy(model, root);
  store.start();
  status.refresh();
  progress.later();
  return () => {
    copy.stop();
    store.stop();
  };
}

// Exercises before or after the session are collapsed during it. The title is outside of the disclosure button, because
// some screen readers find no headings inside of one.
/**
 * @param {M.ExerciseView} schema
 * @param {string} title
 * @param {S.Child[]} asks
 */
function frame(schema, title, asks) {
  const name = h("h3", { id: title }, schema.title);
  if (schema.when === "session") {
    return [h("header", { class: "ck-head" }, name, h("p", { class: "ck-time" }, timeInWords(schema)), buildInstructions(schema)), asks];
  }
  const fold = h("details", { class: "ck-fold" },
    h("summary", {}, h("span", { class: "ck-time" }, timeInWords(schema)), h("span", { class: "ck-hidden" }, ": instructions and questions")),
    h("div", { class: "ck-head" }, buildInstructions(schema)), asks);
  window.addEventListener("beforeprint", () => { fold.open = true; });
  return [name, fold];
}

/** @param {M.ExerciseView} arg */
function timeInWords({ when, minutes, talk_minutes: talk, about_minutes: about, prework_minutes: before }) {
  if (when === "prework") return `Before the session, about ${about} minutes`;
  if (when === "follow_up") return `After the session, about ${about} minutes`;
  if (before) return `${before} minutes before, ${minutes} in session`;
  return talk ? `${minutes} minutes, ${talk} of them for talking` : `${minutes} minutes`;
}

// Add rows and options that come from other answers, by prompt address; the static definition has none of them.
/**
 * @param {M.PromptView[]} prompts
 * @param {Record<string, M.SourceView>} sources
 */
function applySources(prompts, sources) {
  for (const [address, source] of Object.entries(sources)) {
    const [id, column] = address.split(".");
    const prompt = prompts.find((one) => one.id === id);
    const target = column && prompt && "columns" in prompt ? prompt.columns.find((one) => one.id === column) : prompt;
    if (target) Object.assign(target, source);
  }
}

// `live` collects update callbacks for rows and options that come from other answers.
/**
 * @param {T.Form} form
 * @param {M.PromptView} prompt
 * @param {Live} live
 * @returns {HTMLElement}
 */
function buildPrompt(form, prompt, live) {
  const element = promptElement(form, prompt, live);
  form.depth.gate(element, prompt.depth);
  return element;
}

/**
 * @param {T.Form} form
 * @param {M.PromptView} prompt
 * @param {Live} live
 * @returns {HTMLElement}
 */
function promptElement(form, prompt, live) {
  if (prompt.kind === "items") return buildItems(form, prompt);
  if (prompt.kind === "questions") return buildQuestions(form, prompt);
  if (prompt.kind === "table") return buildTable(form, prompt, live);
  if (prompt.kind === "programs") return new Programs(form, prompt).element;
  const extension = INSTALLED[prompt.kind]?.buildPrompt;
  if (extension) return extension(form, prompt);
  const address = { prompt: prompt.id, row: "", scope: prompt.scope };
  const field = new Field(form, prompt, address);
  // If options come from earlier answers and there are none, the prompt is not counted.
  const asks = () => prompt.kind !== "choice" || !prompt.live || prompt.other || prompt.options.some((option) => !option.gone);
  form.progress.count(field.element, prompt, address, asks);
  live.set(prompt.id, ({ options }) => field.updateOptions(options ?? []));
  return field.element;
}

/**
 * @param {T.Form} form
 * @param {M.TablePromptView} prompt
 * @param {Live} live
 */
function buildTable(form, prompt, live) {
  const table = fitsMatrix(prompt) ? new Matrix(form, prompt) : new Cards(form, prompt);
  const rankings = prompt.columns.filter(ranks).map((column) => new Ranking(form, prompt, column));
  if (table instanceof Cards) table.onMark = () => {
    for (const ranking of rankings) ranking.closeGaps();
  };
  table.element.append(...rankings.map((ranking) => ranking.element));
  if (!prompt.optional) form.progress.add(table.element, () => tallyTable(form.store, prompt));
  live.set(prompt.id, ({ rows }) => {
    table.updateOptions(rows ?? []);
    for (const ranking of rankings) ranking.refresh();
  });
  for (const column of prompt.columns) {
    live.set(`${prompt.id}.${column.id}`, ({ options }) => table.offerColumnAgain(column, options ?? []));
  }
  return table.element;
}

// Whether a prompt is a row of cards that was to be filled out before the session.
/** @param {M.PromptView} prompt */
function isPrepared(prompt) {
  return prompt.kind === "table" && prompt.before && !prompt.live && prompt.rows !== null && !fitsMatrix(prompt);
}

// In the room, the question of the room comes first, and what was prepared is one line below it. Not while someone is in it.
/**
 * @param {HTMLElement} element
 * @param {string} label
 */
function foldInRoom(element, label) {
  const fold = h("details", { class: "ck-prework" }, h("summary", {}, `Prepared before the session: ${label}`));
  const move = () => {
    if (element.contains(document.activeElement)) return void element.addEventListener("focusout", () => setTimeout(move), { once: true });
    const questions = [...(element.parentElement?.children ?? [])].filter((one) => !one.matches(".ck-depth-fold"));
    questions.at(-1)?.after(fold);
    fold.append(element);
  };
  whenBegun((hasBegun) => hasBegun && !fold.isConnected && move());
  window.addEventListener("beforeprint", () => { fold.open = true; });
}

// Whether a prompt asks nothing yet, because its rows come from answers that the team has not given.
/** @param {M.PromptView} prompt */
function isWithoutRows(prompt) {
  return prompt.kind === "table" && prompt.live && (prompt.rows ?? []).every((row) => row.gone);
}

/**
 * @param {Live} live
 * @param {Record<string, M.SourceView>} sources
 */
function updateOptions(live, sources) {
  for (const [address, source] of Object.entries(sources)) live.get(address)?.(source);
}

export default { render };

// The fields of what is selected: the session itself, one of its segments, or an exercise.
import { h, joinWords } from "../shared/dom.js";
import { choiceField, numberField, textField, textList } from "./fields.js";
import { questionsEditor } from "./questions_editor.js";
import { addressOf } from "./service.js";
/** @import * as E from "./types.js" */
/** @import { QuestionsPage } from "./questions_editor.js" */

/** @type {Array<[string, string]>} */
const PLACES = [["home", "Each team's home room"], ["peers", "A room with other states"], ["main", "The main room, with everyone"]];

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} session
 */
export function sessionFields(page, session) {
  return [
    textField(page, session, "title", "title", "Title of the session", { required: true }),
    textField(page, session, "question", "question", "Its question", { lines: 2, required: true }),
    textField(page, session, "purpose", "purpose", "Its purpose", { lines: 3, required: true }),
    textList(page, session, "prepare", "prepare", "What teams prepare", "Preparation"),
  ];
}

/**
 * @param {QuestionsPage} page
 * @param {E.Entry} segment
 * @param {string} key
 */
export function segmentFields(page, segment, key) {
  return [
    textField(page, segment, "title", `${key}.title`, "Title of the segment", { required: true }),
    textField(page, segment, "purpose", `${key}.purpose`, "Its purpose", { lines: 3, required: true }),
    h("div", { class: "ck-edit-row" },
      numberField(page, segment, "minutes", `${key}.minutes`, "Minutes in all", { required: true }),
      numberField(page, segment, "host_minutes", `${key}.host_minutes`, "Of them, the facilitator's", { hint: "With everyone in the main room." })),
  ];
}

// An exercise of a session. `shared` is the shared exercise that it uses, if it does: its texts apply until they are
// changed here.
/**
 * @param {QuestionsPage} page
 * @param {E.Entry} entry
 * @param {E.Entry | null} shared
 * @param {string} key
 * @param {number[]} [uses]
 */
export function exerciseFields(page, entry, shared, key, uses = []) {
  const of = (/** @type {string} */ name) => (shared ? { shared: shared[name] ?? "" } : {});
  const when = entry.when ?? shared?.when ?? "session";
  const inRoom = when === "session";
  return [
    shared && h("p", { class: "ck-edit-official" }, "Several sessions use this exercise. What you change here applies to this session only. Its questions are the same in all of them: ",
      h("a", { href: `${addressOf("shared")}#${entry.use}` }, "edit the questions for all sessions"), "."),
    uses.length > 0 && h("p", { class: "ck-edit-official" }, `Changes apply to ${uses.length === 1 ? "session" : "sessions"} ${joinWords(uses.map(String))}, except where a session has its own text or minutes.`),
    textField(page, entry, "title", `${key}.title`, "Title of the exercise", { required: !shared, ...of("title") }),
    h("div", { class: "ck-edit-row" },
      inRoom && numberField(page, entry, "minutes", `${key}.minutes`, "Minutes in the room", of("minutes")),
      inRoom && numberField(page, entry, "talk_minutes", `${key}.talk_minutes`, "Of them, for talking", of("talk_minutes")),
      inRoom && numberField(page, entry, "prework_minutes", `${key}.prework_minutes`, "Before the session", of("prework_minutes")),
      !inRoom && numberField(page, entry, "about_minutes", `${key}.about_minutes`, when === "prework" ? "Minutes before the session" : "Minutes after the session", of("about_minutes"))),
    textField(page, entry, "intent", `${key}.intent`, "What it is for", { lines: 3, required: !shared, ...of("intent") }),
    textList(page, entry, "steps", `${key}.steps`, "Steps", "Step", shared ? { shared: shared.steps ?? [] } : {}),
    textField(page, entry, "keeps", `${key}.keeps`, "“Your state keeps …”", { lines: 2, required: !shared, ...of("keeps") }),
    inRoom && !shared && choiceField(page, entry, "place", `${key}.place`, "Where", placesOf(entry)),
    !shared && h("section", { class: "ck-edit-section", "aria-labelledby": "ck-edit-questions" }, h("h3", { id: "ck-edit-questions" }, "Questions"),
      questionsEditor(page, entry, entry, `${key}.prompts`)),
  ];
}

// "home" applies where nothing is said.
/** @param {E.Entry} entry */
function placesOf(entry) {
  return entry.place === "home" ? PLACES : PLACES.map(([value, text]) => /** @type {[string, string]} */ ([value === "home" ? "" : value, text]));
}

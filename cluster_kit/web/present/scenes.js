// The scenes of the shared screen. Each function returns what to show, or null if there is nothing.
import { h } from "../shared/dom.js";
import { dayOf, findCountdown, screenTime, shownExercise, timeInZones } from "./screen_clock.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const DOTS = 60; // more ratings than this are bars
const [SMALLEST_DOT, LARGEST_DOT, ROW] = [0.5, 1.5, 21]; // in em: diameters, and the length of the longest row
const MOST_CLOUD = 40;
const MOST_RANKED = 12;
const MOST_FACTS = 3;
const ROOMS = { groups: "Breakout groups", home: "Home rooms", trios: "Trios" };
const STATUS = { open: "", answered: "Answered", parked: "Parked" };
const STATE_WORDS = { over: "Done", now: "Now", ahead: "" };

/** @type {Record<string, T.SceneBuilder>} */
export const SCENES = {
  join: buildJoin,
  agenda: buildAgenda,
  exercise: buildExerciseScene,
  groups: buildGroups,
  message: buildMessage,
  example: buildExamples,
  results: buildResults,
  words: buildWords,
  questions: buildQuestions,
  poll: buildPoll,
};

// In place of a scene with nothing to show.
/** @returns {T.BuiltScene} */
export function buildNothing() {
  return { title: "One moment", pages: [h("p", { class: "ck-scene-lead" }, "There is nothing to show here yet.")], most: 70 };
}

/** @param {M.ScreenEvent} view */
function buildJoin(view) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("ck-screen-join"));
  const address = template.dataset.address ?? "";
  const code = h("div", { class: "ck-scene-code", role: "img", "aria-label": `QR code of the address ${address}` });
  code.append(template.content.cloneNode(true));
  const isLocal = template.dataset.local !== undefined;
  const page = h("div", { class: "ck-scene-join" },
    h("div", {},
      h("p", { class: "ck-scene-address" }, breakable(address)),
      isLocal && h("p", { class: "ck-scene-note" }, "This address works on this computer only."),
      h("ol", { class: "ck-scene-steps" },
        h("li", {}, "Open your personal link, or go to this address."),
        h("li", {}, "Enter your team’s code. Your State CTE Director has it."),
        h("li", {}, "Choose or enter your name.")),
      view.here.people > 0 && h("p", { class: "ck-scene-here" }, h("strong", {}, view.here.people), " ", plural(view.here.people, "person", "people"), " from ",
        h("strong", {}, view.here.states), " ", plural(view.here.states, "state"), view.here.states === 1 ? " is here" : " are here"),
      startWords(view)),
    code);
  return { title: view.began ? "Join in" : "Welcome", pages: [page], most: 52 };
}

/** @param {M.ScreenEvent} view */
function startWords(view) {
  if (view.began || !view.starts_at) return null;
  if (findCountdown(view, Date.parse(view.now))) return h("p", { class: "ck-scene-start" }, "We begin in ", h("strong", { "data-countdown": view.starts_at }));
  return h("p", { class: "ck-scene-start" }, "We begin on ", h("strong", {}, `${dayOf(view.starts_at)}, ${timeInZones(view.starts_at)}`));
}

/** @param {M.ScreenEvent} view */
function buildAgenda(view) {
  const now = view.parts.find(({ state }) => state === "now");
  const next = now && view.parts[view.parts.indexOf(now) + 1];
  const page = h("div", { class: "ck-scene-agenda" },
    h("div", { class: "ck-scene-hour" }, ...hour(view, now, next)),
    h("ol", { class: `ck-scene-parts${view.ended ? " ck-scene-past" : ""}` }, view.parts.map((part) => agendaLine(part, part === next, view.ended !== null))));
  return { title: view.ended ? "The session has ended" : now ? "Where we are" : "Today", pages: [page], most: 48 };
}

/**
 * @param {M.ScreenEvent} view
 * @param {M.ScreenPart | undefined} now
 * @param {M.ScreenPart | undefined} next
 */
function hour(view, now, next) {
  if (view.ended) return [h("p", { class: "ck-scene-lead" }, "Thank you for your work today. You can still add to your answers.")];
  if (!now) return [startWords(view) ?? h("p", { class: "ck-scene-lead" }, "We begin soon.")];
  return [
    h("p", { class: "ck-scene-big", role: "timer", "aria-live": "off", "data-countdown": now.ends_at }),
    h("p", { class: "ck-scene-lead" }, "left in “", now.title, "”"),
    now.ends_at && h("p", { class: "ck-scene-until" }, "Until ", timeInZones(now.ends_at)),
    next && h("p", { class: "ck-scene-until" }, "Next: ", next.title),
  ];
}

/**
 * @param {M.ScreenPart} part
 * @param {boolean} isNext
 * @param {boolean} isPast the session has ended
 */
function agendaLine({ title, minutes, state, starts_at: startsAt }, isNext, isPast) {
  const words = isPast ? "" : STATE_WORDS[state] || (isNext ? "Next" : "");
  return h("li", { class: `ck-scene-part ck-scene-${state}`, "aria-current": state === "now" && "step" },
    h("span", { class: "ck-scene-when" }, startsAt && state !== "over" ? screenTime(startsAt, undefined, false) : ""),
    h("span", { class: "ck-scene-what" }, title, words && [" ", h("span", { class: "ck-scene-badge" }, words)]),
    h("span", { class: "ck-scene-minutes" }, `${minutes} min`));
}

/** @param {M.ScreenEvent} view */
function buildExerciseScene(view) {
  const exercise = shownExercise(view);
  if (!exercise) return null;
  const page = h("div", { class: "ck-scene-exercise" },
    h("p", { class: "ck-scene-question" }, exercise.question),
    h("ol", { class: "ck-scene-steps" }, exercise.lines.map((line) => h("li", {}, line))),
    h("p", { class: "ck-scene-where" }, exercise.where));
  return { title: exercise.title, kicker: view.segment, pages: [page], most: 56 };
}

/** @param {M.ScreenEvent} view */
function buildGroups(view) {
  const of = view.rooms.find(({ use }) => use === view.item) ?? view.rooms[0];
  if (!of) return null;
  return {
    title: of.title || ROOMS[of.use],
    kicker: of.title.startsWith(ROOMS[of.use]) ? "" : ROOMS[of.use],
    parts: of.rooms.map((room) => buildRoom(room, of.use)),
    arrange: (/** @type {HTMLElement[]} */ rooms) => h("ul", { class: "ck-scene-rooms" }, rooms),
    most: 46,
    announced: `${of.rooms.length} ${plural(of.rooms.length, "room")}`,
  };
}

/**
 * @param {M.ScreenRoom} room
 * @param {string} use
 */
function buildRoom({ number, name, states }, use) {
  const isOwn = states.length === 1 && states[0] === name; // a state's own home room
  return h("li", { class: "ck-scene-room" },
    h("span", { class: "ck-scene-number" }, h("span", { class: "ck-hidden" }, use === "groups" ? "Group " : "Room "), number),
    h("span", { class: "ck-scene-in" }, name && h("span", { class: "ck-scene-name" }, name), !isOwn && h("span", { class: "ck-scene-states" }, states.join(", "))));
}

/** @param {M.ScreenEvent} view */
function buildMessage(view) {
  if (!view.message) return null;
  return { title: "Message", kicker: "", isTitleHidden: true, pages: [h("p", { class: "ck-scene-message", dir: "auto" }, view.message)], most: 110, announced: view.message };
}

/** @param {M.ScreenEvent} view */
function buildExamples(view) {
  if (!view.examples.length) return null;
  return { title: "An example from a state", pages: view.examples.map(buildExample), most: 52 };
}

/** @param {M.ScreenExample} arg */
function buildExample({ state, title, area, facts }) {
  return h("article", { class: "ck-scene-example" },
    h("p", { class: "ck-scene-state" }, state ?? "A state", area && h("span", { class: "ck-scene-area" }, area)),
    h("h2", { dir: "auto" }, title),
    h("dl", {}, facts.slice(0, MOST_FACTS).map(([label, words]) => h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, words)))));
}

/** @param {M.ScreenEvent} view */
function buildResults(view) {
  if (!view.slides.length) return null;
  const first = Math.max(0, view.slides.findIndex(({ id }) => id === view.item));
  return { title: "What states said", pages: view.slides.map(buildSlide), most: 46, first };
}

// The chart is for the eye; its description has the same numbers in words.
/** @param {M.ScreenSlide} slide */
function buildSlide(slide) {
  const { title, parts, total, basis, notes, alt, unit } = slide;
  const isDots = unit === "states" && total <= DOTS;
  const el = h("figure", { class: "ck-scene-slide" },
    h("figcaption", {}, h("h2", {}, title), h("span", { class: "ck-hidden" }, alt)),
    h("div", { class: "ck-scene-chart", "aria-hidden": "true" }, parts.map((part) => (isDots ? dotRow(part, unit) : barRow(part, unit)))),
    h("p", { class: "ck-scene-basis" }, basis, ". ", notes.join(" ")));
  const most = Math.max(1, ...parts.map(({ count }) => count));
  el.style.setProperty("--ck-dot", `${Math.min(LARGEST_DOT, Math.max(SMALLEST_DOT, ROW / most - 0.16)).toFixed(2)}em`);
  return el;
}

/**
 * @param {M.ScreenSlidePart} part
 * @param {string} unit
 */
function dotRow({ label, count, percent }, unit) {
  return h("div", { class: "ck-scene-row" }, h("span", { class: "ck-scene-label" }, label),
    h("span", { class: "ck-scene-dots" }, Array.from({ length: count }, () => h("span", { class: "ck-scene-dot" }))), numbers(count, percent, unit));
}

/**
 * @param {M.ScreenSlidePart} part
 * @param {string} unit
 */
function barRow({ label, count, percent }, unit) {
  const bar = h("span", { class: "ck-scene-bar" });
  bar.style.inlineSize = `${percent}%`;
  return h("div", { class: "ck-scene-row" }, h("span", { class: "ck-scene-label" }, label), h("span", { class: "ck-scene-track" }, bar), numbers(count, percent, unit));
}

/**
 * @param {number} count
 * @param {number} percent
 * @param {string} unit
 */
function numbers(count, percent, unit) {
  return h("span", { class: "ck-scene-numbers" }, h("strong", {}, `${percent}%`), h("span", {}, `${count} ${unit}`));
}

/** @param {M.ScreenEvent} view */
function buildWords(view) {
  if (!view.words.length) return null;
  const most = Math.max(...view.words.map(({ states }) => states));
  const cloud = view.words.slice(0, MOST_CLOUD).toSorted((one, other) => one.word.localeCompare(other.word));
  const page = h("div", { class: "ck-scene-words" },
    h("p", { class: "ck-scene-cloud", "aria-hidden": "true" }, cloud.map(({ word, states }) => cloudWord(word, states / most))),
    h("div", {},
      h("ol", { class: "ck-scene-ranked", "aria-label": "Words by number of states" }, view.words.slice(0, MOST_RANKED).map(({ word, states }) => h("li", {}, h("span", {}, word), " ", h("strong", {}, states, h("span", { class: "ck-hidden" }, ` ${plural(states, "state")}`))))),
      h("p", { class: "ck-scene-basis" }, "Number of states. Words that five or more states posted.")));
  return { title: "In your words", kicker: view.board, pages: [page], most: 40, announced: view.words.slice(0, MOST_RANKED).map(({ word, states }) => `${word}, ${states}`).join("; ") };
}

/**
 * @param {string} word
 * @param {number} share
 */
function cloudWord(word, share) {
  const el = h("span", {}, word, " ");
  el.style.fontSize = `${(0.9 + 2.1 * share).toFixed(2)}em`;
  return el;
}

/** @param {M.ScreenEvent} view */
function buildQuestions(view) {
  if (!view.questions.length) return null;
  return {
    title: "Questions from the room",
    parts: view.questions.map(buildQuestion),
    arrange: (/** @type {HTMLElement[]} */ questions) => h("ul", { class: "ck-scene-questions" }, questions),
    most: 44,
  };
}

/** @param {M.ScreenQuestion} arg */
function buildQuestion({ text, state, support, status }) {
  return h("li", { class: `ck-scene-asked ck-scene-${status}` },
    h("span", { class: "ck-scene-support" }, h("strong", {}, support), h("span", {}, plural(support, "vote"))),
    h("span", { class: "ck-scene-asking" }, h("span", { dir: "auto" }, text), h("span", { class: "ck-scene-from" }, state, STATUS[status] && [" ", h("span", { class: "ck-scene-badge" }, STATUS[status])])));
}

// The question while people answer; then its results, if participants see them.
/** @param {M.ScreenEvent} view */
function buildPoll({ poll, slides }) {
  if (!poll) return null;
  const result = slides.find(({ id }) => id === poll.result);
  if (result) return { title: "What you said", pages: [buildSlide(result)], most: 46, announced: poll.text };
  const page = h("div", { class: "ck-scene-exercise" },
    h("p", { class: "ck-scene-question", dir: "auto" }, poll.text),
    poll.is_rating ? h("p", { class: "ck-scene-lead" }, "A rating from 1 to 5") : h("ul", { class: "ck-scene-options" }, poll.options.map((option) => h("li", { dir: "auto" }, option))),
    h("p", { class: "ck-scene-where" }, poll.is_open ? "Answer on your page. " : "The poll is closed. ", `${poll.answered}.`));
  return { title: "A question for everyone", pages: [page], most: 60, announced: poll.text };
}

// An address that may break after a dot or a slash.
/** @param {string} address */
function breakable(address) {
  return address.split(/(?<=[./])/).flatMap((part) => [part, h("wbr")]);
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
function plural(number, one, many = `${one}s`) {
  return number === 1 ? one : many;
}

// The evaluation of a session. Two requests keep the person and the answers apart: the first asks for a ballot with the
// session cookie; the second sends the ballot with the answers, without any cookie.
import { clearRadios } from "../forms/segments.js";
import { explainExcess, limitLength } from "../shared/length_limit.js";
import { readEvaluationState, saveEvaluationState } from "./evaluation_state.js";
/** @import * as M from "../shared/messages.js" */

const { documentElement: page } = document;
page.classList.add("ck-scripted");
const { session = "", keep = "" } = page.dataset;
const address = `/session/${session}/evaluation`;
const DONE = "Your evaluation was sent, without your name.";
const SENT_BEFORE = "You have sent your evaluation of this session.";
const ELSEWHERE =
  "You opened this evaluation before, in another browser or on another device. Each person can send one form, so " +
  "answer it there. We cannot tell whether you have sent it, because the answers are anonymous.";
const NO_CONNECTION = "The server cannot be reached. Your answers are still on this page. Check your connection, and send them again.";
const NOT_OPENED = "The form could not be opened. Check your connection, then reload the page.";
const NOTHING = "Answer at least one question before you send the form.";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (byId("ck-evaluation"));
const button = /** @type {HTMLButtonElement | null} */ (form.querySelector(".ck-evaluation-send"));
const problem = document.getElementById("ck-evaluation-problem");
const comments = form.querySelectorAll("textarea");
for (const comment of comments) comment.after(limitLength(comment, Number(comment.dataset.longest), "A comment"));
for (const group of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-radios]"))) offerToClear(group);
let ballot = "";

// Replace the form with a sentence. ``focus``: after sending, when the button that had the focus is gone.
/**
 * @param {string} sentence
 * @param {boolean} focus
 */
function finish(sentence, focus) {
  if (sentence === DONE || sentence === SENT_BEFORE) byId("ck-evaluation-title").textContent = "Thank you";
  byId("ck-evaluation-status").textContent = sentence;
  byId("ck-evaluation-after").hidden = false;
  form.hidden = true;
  if (focus) byId("ck-evaluation-title").focus();
}

/** @param {string} sentence */
function refuse(sentence) {
  if (!problem) return;
  problem.textContent = sentence;
  problem.hidden = false;
  problem.focus();
}

// What was answered, by question. Questions without an answer are left out.
function readAnswers() {
  /** @type {M.EvaluationSubmission["answers"]} */
  const answers = {};
  /** @type {NodeListOf<HTMLElement>} */
  const questions = form.querySelectorAll("[data-question]");
  for (const question of questions) {
    const answer = readQuestion(question);
    if (Object.keys(answer).length > 0) answers[question.dataset.question ?? ""] = answer;
  }
  return answers;
}

/**
 * @param {HTMLElement} question
 * @returns {M.EvaluationAnswer}
 */
function readQuestion(question) {
  /** @type {M.EvaluationAnswer} */
  const answer = {};
  /** @type {NodeListOf<HTMLInputElement>} */
  const checked = question.querySelectorAll(".ck-join-choice > input:checked");
  const comment = question.querySelector("textarea")?.value.trim();
  if (checked.length > 0) answer.chosen = [...checked].map(({ value }) => value);
  if (comment) answer.comment = comment;
  /** @type {NodeListOf<HTMLInputElement>} */
  const points = question.querySelectorAll("[data-when] input:checked");
  for (const point of points) {
    const when = closest(point, "[data-when]").dataset.when === "now" ? "now" : "before";
    const outcome = closest(point, "[data-outcome]").dataset.outcome ?? "";
    answer[when] = { ...answer[when], [outcome]: Number(point.value) };
  }
  return answer;
}

/**
 * @param {HTMLElement} element
 * @param {string} selector
 */
function closest(element, selector) {
  return /** @type {HTMLElement} */ (element.closest(selector));
}

// Radio buttons cannot be unchecked: each group has a button that takes its answer back.
/** @param {HTMLElement} group */
function offerToClear(group) {
  /** @type {HTMLInputElement[]} */
  const radios = [...group.querySelectorAll("input")];
  const clear = group.querySelector("button");
  if (!clear) return;
  const show = () => {
    clear.hidden = !radios.some(({ checked }) => checked);
  };
  group.addEventListener("change", show);
  clear.addEventListener("click", () => clearRadios(group, radios));
  show(); // a browser may have restored answers
}

async function takeBallot() {
  const field = /** @type {HTMLInputElement} */ (document.querySelector(".ck-leave input[name=_xsrf]"));
  const answer = await fetch(`${address}/ballot`, { method: "POST", body: new URLSearchParams({ _xsrf: field.value }) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const { ballot: taken } = await answer.json();
  if (taken) saveEvaluationState(keep, { ...readEvaluationState(keep), ballot: taken });
  return taken ?? "";
}

async function open() {
  const kept = readEvaluationState(keep);
  if (kept.done) return finish(SENT_BEFORE, false);
  try {
    ballot = kept.ballot || (await takeBallot());
  } catch {
    return finish(NOT_OPENED, false);
  }
  if (!ballot) finish(ELSEWHERE, false);
}

/** @param {SubmitEvent} event */
async function send(event) {
  event.preventDefault();
  const answers = readAnswers();
  if (Object.keys(answers).length === 0) return refuse(NOTHING);
  const long = [...comments].find(explainExcess);
  if (long) {
    refuse(explainExcess(long));
    return long.focus();
  }
  if (!button || !ballot || button.disabled) return;
  button.disabled = true;
  try {
    // Without credentials: the request has no cookie, so the server cannot know who sent it.
    const answer = await fetch(`${address}/answers`, { method: "POST", credentials: "omit", body: JSON.stringify({ ballot, answers }) });
    const { sentence = NO_CONNECTION } = await answer.json();
    if (!answer.ok) return refuse(sentence);
    saveEvaluationState(keep, { done: true });
    finish(DONE, true);
  } catch {
    refuse(NO_CONNECTION);
  } finally {
    button.disabled = false;
  }
}

if (button) {
  form.addEventListener("submit", send);
  open();
} else {
  form.addEventListener("submit", (event) => event.preventDefault()); // a facilitator's preview
}

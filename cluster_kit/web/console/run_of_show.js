// Run of show panel: the current segment and exercise, the time left, and controls for the next ones.
import { h } from "../shared/dom.js";
import { TimeSignals } from "../shared/time_signals.js";
import { consoleAnnouncer } from "./console_announcer.js";
import { definePanel } from "./panel.js";
import { button, confirmed, count, showList } from "./panel_elements.js";
import { describeTimes, minutesAndSeconds, namedTime, paceInWords } from "./show_clock.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.RunOfShowView>} ShowPanel */

const FAR_FROM_TIME_MS = 30 * 60_000;

/**
 * @param {ShowPanel} panel
 * @returns {(view: M.RunOfShowView) => void}
 */
function build(panel) {
  const title = h("h2", { class: "ck-show-title" });
  const place = h("p", { class: "ck-show-place" });
  const clock = h("p", { class: "ck-show-clock", role: "timer" });
  const pace = h("p", { class: "ck-show-pace" });
  const times = h("p", { class: "ck-show-times" });
  const buttons = h("div", { class: "ck-show-buttons", role: "group", "aria-label": "Run the session" });
  const line = h("ol", { class: "ck-show-line", "aria-label": "Segments" });
  const old = h("p", { class: "ck-panel-status ck-panel-trouble ck-show-old", role: "status" });
  panel.onFreshness = (seen) => setText(old, seen ? "" : "The database cannot be reached: what you see here may be old.");
  panel.root.classList.add("ck-show");
  panel.root.setAttribute("aria-label", "Run of show");
  panel.root.append(
    h("div", { class: "ck-show-top" }, clock, h("div", { class: "ck-show-where" }, place, title), buttons),
    h("div", { class: "ck-show-facts" }, pace, times),
    panel.status, old, line);
  const signals = new TimeSignals();
  const tick = () => {
    const left = showTime(panel, { clock, pace, times, line });
    const signal = signals.next(`${panel.view.since} ${panel.view.place?.title}`, left * 1000);
    if (signal) consoleAnnouncer()[signal.weight](signal.sentence);
  };
  panel.every(250, tick);
  return (view) => {
    showPlace(view, place, title);
    showList(buttons, availableActions(view), ({ key, label, about, primary }) => {
      const [words, ...title] = key === "part" ? label.split(/(?=: )/) : [label];
      const el = button([words, h("span", { class: "ck-show-next-part" }, title)], () => ACTIONS[key](panel), { name: key, about, primary });
      el.title = [label, about].filter(Boolean).join(" ");
      if (title.length) el.setAttribute("aria-label", label);
      return el;
    });
    showList(line, view.parts.map((part) => ({ key: part.kind, ...part })), buildPart);
    tick();
  };
}

/**
 * @param {M.RunOfShowView} view
 * @param {HTMLElement} place
 * @param {HTMLElement} title
 */
function showPlace(view, place, title) {
  const here = view.parts.findIndex((part) => part.state === "now");
  const part = view.parts[here];
  const exercise = view.place?.exercise ? ` · Exercise ${view.place.number} of ${view.place.count}` : "";
  if (view.ended) setText(place, "The session has ended");
  else if (!part) setText(place, `${count(view.session.minutes, "minute")}, ${count(view.parts.length, "part")}`);
  else setText(place, `Part ${here + 1} of ${view.parts.length}${exercise}`);
  setText(title, part ? (view.place?.title ?? part.title) : `Session ${view.session.number}: ${view.session.title}`);
}

// The buttons that apply now, each with a key of ACTIONS.
/**
 * @param {M.RunOfShowView} arg
 * @returns {Array<{key: string, label: string, about?: string, primary?: boolean}>}
 */
function availableActions({ parts, began, ended, end_event: end, back, next, onward, backward }) {
  const here = parts.find((part) => part.state === "now");
  if (ended) {
    return [
      ...(end ? [{ key: "reopen", label: "Reopen the session", primary: true }] : []),
      { key: "again", label: `Begin “${parts.at(-1)?.title}” again` },
    ];
  }
  if (!began) return [{ key: "next", label: `Begin: ${parts[0].title}`, primary: true }];
  const previous = backward ?? back;
  const isWithin = onward && here && onward.segment === here.kind;
  const following = isWithin ? onward : next;
  return [
    here && { key: "less", label: "−1 min" },
    here && { key: "more", label: "+1 min" },
    here && { key: "much", label: "+5 min" },
    previous && { key: "back", label: "Back", about: `to ${previous.title}` },
    following && { key: "next", label: `Next: ${following.title}`, primary: true },
    isWithin && next && { key: "part", label: `Next part: ${next.title}` },
    { key: "end", label: "End session", primary: !following },
  ].filter((action) => action !== undefined && action !== null && typeof action === "object");
}

/** @type {Record<string, (panel: ShowPanel) => unknown>} */
const ACTIONS = {
  less: (panel) => giveMinutes(panel, -1),
  more: (panel) => giveMinutes(panel, 1),
  much: (panel) => giveMinutes(panel, 5),
  back: goBack,
  next: goOn,
  part: goToNextPart,
  reopen: (panel) => panel.act("undo", { subject: panel.view.end_event, basis: panel.basis() }),
  again: (panel) => panel.act("segment", { subject: panel.view.parts.at(-1)?.kind }),
  end: async (panel) => {
    const basis = panel.basis();
    const sure = "Every page will say that the session has ended. Answers can still be given, and you can reopen the session.";
    if (await confirmed("End the session?", sure, "End session")) await panel.act("end", { basis });
  },
};

/** @param {ShowPanel} panel */
async function goOn(panel) {
  const { began, parts, onward } = panel.view;
  if (!began) await begin(panel, parts[0].kind);
  else if (onward && parts.some((part) => part.state === "now" && part.kind === onward.segment)) {
    await panel.act("exercise", { subject: onward.exercise, value: { segment: onward.segment } });
  } else await goToNextPart(panel);
}

/** @param {ShowPanel} panel */
function goBack(panel) {
  const { back, backward, parts } = panel.view;
  const isWithin = backward && parts.some((part) => part.state === "now" && part.kind === backward.segment);
  if (isWithin) return panel.act("exercise", { subject: backward.exercise, value: { segment: backward.segment } });
  if (backward) return panel.act("segment", { subject: backward.segment, value: { exercise: backward.exercise } });
  return panel.act("segment", { subject: back?.kind, value: { exercise: panel.view.entry[back?.kind ?? ""] ?? "" } });
}

// Ask first if an exercise would be left out. What was asked about must still hold when it is answered.
/** @param {ShowPanel} panel */
async function goToNextPart(panel) {
  const basis = panel.basis();
  const { next, skipped, entry } = panel.view;
  if (!next) return;
  const sure = `${skipped.length === 1 ? "This exercise has" : "These exercises have"} not begun: ${skipped.map((title) => `“${title}”`).join(", ")}.`;
  if (skipped.length && !(await confirmed(`Go to “${next.title}”?`, sure, "Skip and go on"))) return;
  await panel.act("segment", { subject: next.kind, value: { exercise: entry[next.kind] ?? "" }, basis });
}

// Ask first if the session is planned for another time.
/**
 * @param {ShowPanel} panel
 * @param {string} kind
 */
async function begin(panel, kind) {
  const basis = panel.basis();
  const { scheduled, session, entry } = panel.view;
  const when = new Date(scheduled);
  if (Math.abs(when.getTime() - panel.now()) > FAR_FROM_TIME_MS) {
    const planned = `${when.toLocaleDateString("en-US", { dateStyle: "full" })}, at ${namedTime(when.getTime())}`;
    const sure = `It is planned for ${planned}. Every page of session ${session.number} will say that it has begun.`;
    if (!(await confirmed(`Begin session ${session.number} now?`, sure, "Begin now"))) return;
  }
  await panel.act("segment", { subject: kind, value: { exercise: entry[kind] ?? "" }, basis });
}

/**
 * @param {ShowPanel} panel
 * @param {number} minutes
 */
function giveMinutes(panel, minutes) {
  const here = panel.view.parts.find((part) => part.state === "now");
  return panel.act("minutes", { subject: here?.kind, value: { minutes, exercise: panel.view.place?.exercise ?? null } });
}

/** @param {M.SegmentProgressView} arg */
function buildPart({ title, minutes, changed, taken_s: taken, state }) {
  const took = Math.round(taken / 60);
  const words = { over: took ? `took ${took} of ${minutes} min` : "not held", now: `${minutes} min`, ahead: `${minutes} min` }[state];
  const el = h("li", { class: `ck-show-part ck-show-${state}`, "aria-current": state === "now" && "step", title: `${title}, ${words}` },
    h("span", { class: "ck-show-name" }, title),
    h("span", { class: "ck-show-minutes" }, words, changed !== 0 && ` (${changed > 0 ? "+" : "−"}${Math.abs(changed)})`),
    state === "now" && h("span", { class: "ck-show-elapsed" }));
  el.style.flexGrow = String(minutes);
  return el;
}

// The clock runs in the page, from the time at which the kernel says that the exercise began. Returns the seconds left;
// Infinity if no clock runs.
/**
 * @param {ShowPanel} panel
 * @param {{clock: HTMLElement, pace: HTMLElement, times: HTMLElement, line: HTMLElement}} elements
 */
function showTime(panel, { clock, pace, times, line }) {
  const { since, speed, left_s: leftThen, behind_s: behindThen, spare_s: spareThen, began, ended, is_scheduled: isScheduled, place } = panel.view;
  if (!since) {
    setText(clock, ended ? "Ended" : "Not begun");
    setText(pace, began ? paceInWords({ behind: behindThen, isScheduled }) : "");
    setText(times, began ? "" : describeTimes(panel.view, 0));
    return Infinity;
  }
  const elapsed = ((panel.now() - Date.parse(since)) / 1000) * speed;
  const partLeft = (leftThen ?? 0) - elapsed;
  const leftAtFirst = place?.left_s ?? leftThen ?? 0;
  const left = leftAtFirst - elapsed;
  const over = Math.max(0, -left) - Math.max(0, -leftAtFirst);
  setText(clock, left >= 0 ? `${minutesAndSeconds(left)} left` : `${minutesAndSeconds(-left)} over`);
  clock.classList.toggle("ck-show-over-time", left < 0);
  const behind = behindThen + Math.max(0, over - spareThen);
  setText(pace, paceInWords({ behind, isScheduled, isOver: left < 0, spare: spareThen - over }));
  setText(times, describeTimes(panel.view, elapsed));
  const here = panel.view.parts.find((part) => part.state === "now");
  const bar = /** @type {HTMLElement | null} */ (line.querySelector(".ck-show-elapsed"));
  if (here && bar) bar.style.inlineSize = `${Math.min(100, Math.max(0, 100 - partLeft / 0.6 / here.minutes))}%`;
  return left;
}

/**
 * @param {HTMLElement} el
 * @param {string} words
 */
function setText(el, words) {
  if (el.textContent !== words) el.textContent = words;
}

export default definePanel(build);

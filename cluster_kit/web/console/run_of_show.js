// The run of show: where the session is, how much time is left, and the way on.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, confirmed, count, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as T from "./types.js" */

/**
 * @param {Panel<T.RunOfShowView>} panel
 * @returns {(view: T.RunOfShowView) => void}
 */
function build(panel) {
  const title = h("h2", { class: "ck-show-title" });
  const place = h("p", { class: "ck-show-place" });
  const clock = h("p", { class: "ck-show-clock", role: "timer" });
  const pace = h("p", { class: "ck-show-pace" });
  const buttons = h("div", { class: "ck-show-buttons", role: "group", "aria-label": "Run the session" });
  const line = h("ol", { class: "ck-show-line", "aria-label": "Segments" });
  const old = h("p", { class: "ck-panel-says ck-panel-trouble", role: "status" });
  panel.onSeen = (seen) => put(old, seen ? "" : "The answers' store cannot be reached: what you see here may be old.");
  panel.root.classList.add("ck-show");
  panel.root.setAttribute("aria-label", "Run of show");
  panel.root.append(
    h("div", { class: "ck-show-top" }, h("div", { class: "ck-show-where" }, place, title),
      h("div", { class: "ck-show-time" }, clock, pace), buttons),
    old, panel.says, line);
  const tick = () => showTime(panel, clock, pace, line);
  panel.every(250, tick);
  return (view) => {
    showPlace(view, place, title);
    showList(buttons, wayOn(view), ({ key, label, about, primary }) =>
      button(label, () => DOES[key](panel), { name: key, about, primary }));
    showList(line, view.parts.map((part) => ({ key: part.kind, ...part })), buildPart);
    tick();
  };
}

/**
 * @param {T.RunOfShowView} view
 * @param {HTMLElement} place
 * @param {HTMLElement} title
 */
function showPlace(view, place, title) {
  const here = view.parts.findIndex((part) => part.state === "now");
  if (view.ended) put(place, "The session has ended");
  else put(place, here < 0 ? `${count(view.session.minutes, "minute")}, ${count(view.parts.length, "part")}` : `Part ${here + 1} of ${view.parts.length}`);
  put(title, here < 0 ? `Session ${view.session.number}: ${view.session.title}` : view.parts[here].title);
}

// The buttons that make sense now, each with a key of DOES.
/**
 * @param {T.RunOfShowView} arg
 * @returns {Array<{key: string, label: string, about?: string, primary?: boolean}>}
 */
function wayOn({ parts, began, ended, back, next }) {
  const here = parts.find((part) => part.state === "now");
  if (ended) return [{ key: "again", label: `Go on with ${parts.at(-1)?.title}` }];
  if (!began) return [{ key: "next", label: `Begin: ${parts[0].title}`, primary: true }];
  return [
    here && { key: "less", label: "−1", about: "minute" },
    here && { key: "more", label: "+1", about: "minute" },
    here && { key: "much", label: "+5", about: "minutes" },
    back && { key: "back", label: `Back`, about: `to ${back.title}` },
    next && { key: "next", label: `Next: ${next.title}`, primary: true },
    { key: "end", label: "End session", primary: !next },
  ].filter((way) => way !== undefined && way !== null && typeof way === "object");
}

/** @type {Record<string, (panel: Panel<T.RunOfShowView>) => unknown>} */
const DOES = {
  less: (panel) => giveMinutes(panel, -1),
  more: (panel) => giveMinutes(panel, 1),
  much: (panel) => giveMinutes(panel, 5),
  back: (panel) => panel.act("segment", { subject: panel.view.back?.kind }),
  next: (panel) => panel.act("segment", { subject: panel.view.next?.kind }),
  again: (panel) => panel.act("segment", { subject: panel.view.parts.at(-1)?.kind }),
  end: async (panel) => {
    const sure = "Every page will say that the session has ended. Answers can still be given, and you can go on later.";
    if (await confirmed("End the session?", sure, "End session")) await panel.act("end");
  },
};

/**
 * @param {Panel<T.RunOfShowView>} panel
 * @param {number} minutes
 */
function giveMinutes(panel, minutes) {
  const here = panel.view.parts.find((part) => part.state === "now");
  return panel.act("minutes", { subject: here?.kind, value: { minutes } });
}

/** @param {T.SegmentItem} arg */
function buildPart({ title, minutes, changed, taken_s: taken, state }) {
  const words = { over: `took ${Math.round(taken / 60)} of ${minutes} min`, now: `${minutes} min`, ahead: `${minutes} min` }[state];
  const el = h("li", { class: `ck-show-part ck-show-${state}`, "aria-current": state === "now" && "step" },
    h("span", { class: "ck-show-name", title }, title),
    h("span", { class: "ck-show-minutes" }, words, changed !== 0 && ` (${changed > 0 ? "+" : "−"}${Math.abs(changed)})`),
    state === "now" && h("span", { class: "ck-show-gone" }));
  el.style.flexGrow = String(minutes);
  return el;
}

// Time goes on by itself: the kernel says where it stood when the segment began.
/**
 * @param {Panel<T.RunOfShowView>} panel
 * @param {HTMLElement} clock
 * @param {HTMLElement} pace
 * @param {HTMLElement} line
 */
function showTime(panel, clock, pace, line) {
  const { since, left_s: leftThen, behind_s: behindThen, began, ended } = panel.view;
  if (!since) {
    put(clock, ended ? "Over" : "Not begun");
    put(pace, began ? paceInWords(behindThen) : "");
    return;
  }
  const then = leftThen ?? 0;
  const left = then - (panel.now() - Date.parse(since)) / 1000;
  /** @param {number} seconds */
  const over = (seconds) => Math.max(0, -seconds);
  put(clock, left >= 0 ? `${minutesAndSeconds(left)} left` : `${minutesAndSeconds(-left)} over`);
  clock.classList.toggle("ck-show-over-time", left < 0);
  put(pace, paceInWords(behindThen + over(left) - over(then)));
  const here = panel.view.parts.find((part) => part.state === "now");
  const gone = /** @type {HTMLElement | null} */ (line.querySelector(".ck-show-gone"));
  if (here && gone) gone.style.inlineSize = `${Math.min(100, Math.max(0, 100 - left / 0.6 / here.minutes))}%`;
}

/** @param {number} behind */
function paceInWords(behind) {
  const minutes = Math.round(Math.abs(behind) / 60);
  if (minutes === 0) return "On time";
  return `${count(minutes, "minute")} ${behind > 0 ? "behind" : "ahead"}`;
}

/** @param {number} seconds */
function minutesAndSeconds(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * @param {HTMLElement} el
 * @param {string} words
 */
/**
 * @param {HTMLElement} el
 * @param {string} words
 */
function put(el, words) {
  if (el.textContent !== words) el.textContent = words;
}

export default definePanel(build);

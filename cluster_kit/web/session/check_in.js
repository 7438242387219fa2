// The opening of a session page: what is now, who of the team is here, what it decided last time, and the one thing to do.
import { h, joinWords } from "../shared/dom.js";
import { hasJustEnded } from "./session_status.js";
/** @import { Step } from "./steps.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const HOW = "Type in the boxes: everything is saved as you type. Your team shares its answers; ratings are individual.";

export class CheckIn {
  /** @type {M.SessionStatusEvent | null} */
  #status = null;

  /**
   * @param {T.PageConnection} connection
   * @param {Step[]} steps
   * @param {string} where the name of the state
   */
  constructor(connection, steps, where) {
    if (steps.length < 2 || steps[0].exercise || !document.getElementById("ck-summary")) return; // a preview, or a notebook without an opening
    const opening = steps[0].element;
    this.steps = steps;
    this.where = where;
    this.now = h("p", { class: "ck-check-in-now" });
    this.team = h("p", { dir: "auto" }, "\u00a0");
    this.action = h("a", { class: "ck-check-in-action" });
    opening.prepend(h("div", { class: "ck-check-in", role: "group", "aria-label": "Check in" }, this.now, opening.querySelector(".ck-view h2"), this.team, lastTime(), h("p", {}, this.action), h("p", { class: "ck-check-in-how" }, HOW)));
    this.#refresh();
    connection.addEventListener("session_status", ({ detail }) => {
      this.#status = detail;
      this.#refresh();
    });
    connection.addEventListener("teammates", ({ detail }) => this.#showTeam(detail.names));
    addEventListener("ck:progress", () => setTimeout(() => this.#refresh())); // the steps know it first
  }

  /** @param {string[]} names */
  #showTeam(names) {
    setText(this.team, names.length ? `Here from ${this.where}: ${joinWords(["you", ...names])}.` : `You are the only one from ${this.where} here.`);
  }

  #refresh() {
    const segment = this.#status?.segment;
    if (segment) this.#show(`Now: ${segment.title}`, `Go to “${segment.title}”`, `#segment-${segment.kind}`);
    else if (this.#status && hasJustEnded(this.#status)) this.#show("The session has ended.", "See what your team made", /** @type {HTMLAnchorElement} */ (document.querySelector("#ck-summary a")).href);
    else this.#offerWork();
  }

  // Before the session, and for who works without one: the first exercise that is not complete.
  #offerWork() {
    const exercises = this.steps?.filter(({ exercise }) => exercise) ?? [];
    const done = exercises.filter(({ isComplete }) => isComplete).length;
    const next = exercises.find(({ isComplete }) => !isComplete) ?? exercises[0];
    if (!next) return;
    const when = document.querySelector(".ck-page-time > time")?.textContent ?? "";
    this.#show(when, `${done ? "Go on" : "Begin"}: ${next.title}`, `#${next.element.id}`);
  }

  /**
   * @param {string} now
   * @param {string} action
   * @param {string} href
   */
  #show(now, action, href) {
    setText(this.now, now);
    setText(this.action, action);
    if (this.action && this.action.getAttribute("href") !== href) this.action.href = href;
  }
}

// What the team decided in earlier sessions, from the look back, with a link to all of it.
function lastTime() {
  const words = document.querySelector("#look-back .ck-lead")?.textContent;
  return words ? h("p", { class: "ck-check-in-last", dir: "auto" }, h("strong", {}, "Last time: "), words, " ", h("a", { href: "#look-back" }, "See all of it")) : null;
}

/**
 * @param {HTMLElement | undefined} element
 * @param {string} words
 */
function setText(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

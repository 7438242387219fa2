// The focus view: one step at a time, in the order of the page. It goes along with the facilitator's run of show, but
// never moves a person who is typing. The whole page is one click away, and the choice is remembered.
import { h } from "../shared/dom.js";
import { foldBackground, placeBackground } from "./background.js";
import { findPlannedStep, findSteps } from "./steps.js";
import { ProgressPicture } from "./progress_picture.js";
import { sessionTimeUntil } from "./time_left.js";
/** @import { Step } from "./steps.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const VIEW = "cluster-kit:view";
const TYPED_LATELY_MS = 20_000;

export class FocusView {
  /** @type {M.SessionStatusEvent | null} */
  #status = null;
  #ahead = 0; // the server's clock minus this computer's
  #followsSession = true;
  #hasChosen = false; // the person went to a step, or came to one by a link
  #typedAt = -Infinity;
  #unfolded = new WeakSet(); // the steps that were unfolded: one that a person closes stays closed

  /**
   * @param {T.PageConnection} connection
   * @param {HTMLElement} main
   * @param {string} keep
   */
  constructor(connection, main, keep) {
    this.main = main;
    this.key = `cluster-kit:${keep}:step`;
    this.steps = findSteps(main);
    this.isWhole = read(VIEW) === "whole";
    document.documentElement.classList.add("ck-focus-ready");
    const reserved = main.querySelector(":scope > .ck-focus"); // by the server, so that nothing moves now
    if (this.steps.length < 2) {
      reserved?.remove();
      return;
    }
    this.folds = this.steps.flatMap(foldBackground);
    this.start = this.#startingStep();
    this.current = this.start;
    this.#build(reserved);
    this.#listen(connection);
    this.#foldAll();
    this.#refresh();
  }

  #startingStep() {
    const linked = this.#find(location.hash);
    this.#hasChosen = Boolean(linked);
    return linked ?? this.steps.find(({ element }) => element.id === read(this.key)) ?? this.steps[0];
  }

  /** @param {Element | null} reserved */
  #build(reserved) {
    this.segment = h("h2", { class: "ck-hidden" });
    this.place = h("span", { class: "ck-focus-place", "aria-hidden": "true" }); // the same, where the picture of the progress is not shown
    this.count = h("span", { class: "ck-focus-count" });
    this.progress = new ProgressPicture(this.steps);
    this.toggle = h("button", { type: "button", class: "ck-focus-toggle", onclick: () => this.#switchView() });
    this.offer = h("p", { class: "ck-focus-offer", hidden: true });
    this.head = h("div", { class: "ck-focus" }, this.segment, this.place, h("p", {}, this.count), this.toggle, this.progress.element, this.offer);
    this.back = h("a", { class: "ck-focus-back" });
    this.next = h("a", { class: "ck-focus-next" });
    this.foot = h("nav", { class: "ck-focus-nav", "aria-label": "Previous and next step" }, this.back, this.next);
    reserved?.remove();
    this.main.prepend(this.head);
    this.main.querySelector("#ck-featured")?.before(this.foot);
  }

  /** @param {T.PageConnection} connection */
  #listen(connection) {
    connection.addEventListener("session_status", ({ detail }) => this.#follow(detail));
    addEventListener("hashchange", () => this.#goToLink());
    // A link to the address that the page has already changes nothing, and so raises no hashchange.
    document.addEventListener("click", ({ target }) => {
      const link = target instanceof Element ? target.closest("a") : null;
      if (link?.hash && link.hash === location.hash && link.pathname === location.pathname) this.#goToLink();
    });
    this.main.addEventListener("ck:show", ({ target }) => this.#show(this.#stepOf(/** @type {Element} */ (target))));
    // On the whole page, the step is the one in which the person last was.
    this.main.addEventListener("focusin", ({ target }) => this.isWhole && this.#show(this.#stepOf(/** @type {Element} */ (target))));
    this.main.addEventListener("input", () => (this.#typedAt = Date.now()));
    addEventListener("ck:progress", ({ detail }) => {
      const step = this.steps.find(({ exercise }) => exercise === detail.exercise);
      if (step) placeBackground(step, this.isWhole); // its form came after the page
      if (step) step.isComplete = detail.asked > 0 && detail.answered === detail.asked;
      if (step && step === this.current && !this.#unfolded.has(step)) this.#unfold();
      this.#draw();
    });
    addEventListener("ck:proposals", ({ target, detail }) => {
      const step = this.#stepOf(/** @type {Element} */ (target));
      if (step) step.waiting = detail.waiting.length;
      this.#draw();
    });
    setInterval(() => this.#tick(), 1000);
  }

  /** @param {Element} element */
  #stepOf(element) {
    return this.steps.find((step) => step.element.contains(element));
  }

  // The step of an address: itself, the one around an element, or of a segment the one that is planned now.
  /** @param {string} hash */
  #find(hash) {
    const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
    if (!target) return undefined;
    const segment = target.matches(".ck-segment") ? target.id.replace("segment-", "") : "";
    const planned = this.#planned();
    if (segment && planned?.step.segment === segment) return planned.step;
    return segment ? this.steps.find((step) => step.segment === segment) : this.#stepOf(target);
  }

  #goToLink() {
    const step = location.hash ? this.#find(location.hash) : this.start; // without one: back to where the page opened
    if (!step) return;
    this.#hasChosen = true;
    const segment = this.#status?.segment;
    this.#followsSession = segment?.exercise ? step === this.#planned()?.step : step.segment === segment?.kind;
    this.#show(step);
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const place = target && step.element.contains(target) ? target : step.element;
    const fold = this.folds?.find((one) => one.contains(place));
    if (fold) fold.open = true;
    if (this.isWhole) return;
    if (place === step.element) this.main.scrollIntoView({ block: "start" });
    else place.scrollIntoView({ block: "start" });
    place.focus({ preventScroll: true });
  }

  /** @param {Step | undefined} step */
  #show(step) {
    if (!step || step === this.current) return;
    this.current = step;
    write(this.key, step.element.id);
    this.#refresh();
  }

  #switchView() {
    this.isWhole = !this.isWhole;
    write(VIEW, this.isWhole ? "whole" : "focus");
    this.#foldAll();
    this.#refresh();
    (this.isWhole ? this.current?.element : this.main)?.scrollIntoView({ block: "start" });
    this.toggle?.focus({ preventScroll: true });
  }

  #foldAll() {
    for (const fold of this.folds ?? []) fold.open = this.isWhole;
    for (const step of this.steps) placeBackground(step, this.isWhole);
  }

  // A change of the segment or exercise takes everybody along who has not gone elsewhere and is not busy; others are offered it.
  /** @param {M.SessionStatusEvent} status */
  #follow(status) {
    const before = placeOf(this.#status);
    this.#ahead = Date.parse(status.now) - Date.now();
    this.#status = status;
    const kind = status.segment?.kind;
    const isArrival = before === undefined && !this.#hasChosen;
    if (kind && placeOf(status) !== before && !this.#isBusy() && (isArrival || (before && this.#followsSession))) {
      this.#show(this.#planned()?.step ?? this.steps.find((step) => step.segment === kind));
      this.#followsSession = true;
      if (!this.isWhole && !isArrival) this.main.scrollIntoView({ block: "start" });
    }
    if (status.segment?.exercise && this.#planned()?.step === this.current) this.#followsSession = true;
    if (kind !== before) this.#draw();
    this.#tick();
  }

  #isBusy() {
    const focused = document.activeElement;
    const isInField = focused instanceof HTMLElement && this.main.contains(focused) && focused.matches("input, textarea, select");
    return isInField || Date.now() - this.#typedAt < TYPED_LATELY_MS;
  }

  #planned() {
    const { segment, speed = 1 } = this.#status ?? {};
    const now = Date.now() + this.#ahead;
    const exercise = segment?.exercise;
    const begun = exercise && this.steps.find((step) => step.exercise === exercise.id);
    if (exercise && begun) return { step: begun, left: sessionTimeUntil(exercise.ends_at, now, speed) };
    if (!segment?.ends_at) return null;
    return findPlannedStep(this.steps, segment.kind, sessionTimeUntil(segment.ends_at, now, speed));
  }

  #refresh() {
    document.documentElement.classList.toggle("ck-focus-on", !this.isWhole);
    for (const step of this.steps) step.element.classList.toggle("ck-current", step === this.current);
    this.#unfold();
    this.#draw();
    this.#tick();
    dispatchEvent(new Event("ck:step"));
  }

  // An exercise before or after the session is folded on the whole page. As a step it is open; a person may still close it.
  #unfold() {
    const fold = this.current?.element.querySelector("details.ck-fold");
    if (!(fold instanceof HTMLDetailsElement) || this.isWhole) return;
    fold.open = true;
    if (this.current) this.#unfolded.add(this.current);
  }

  #draw() {
    if (!this.current || !this.count || !this.progress || !this.toggle || !this.back || !this.next || !this.foot || !this.segment || !this.place) return;
    const at = this.steps.indexOf(this.current);
    this.count.replaceChildren(...(this.isWhole ? ["The whole session"] : [h("span", {}, "Step "), `${at + 1} of ${this.steps.length}`]));
    const [words, toggle] = this.isWhole ? ["Show ", "one exercise at a time"] : ["Show the ", "whole page"];
    if (this.toggle.dataset.shows !== toggle) this.toggle.replaceChildren(h("span", {}, words), toggle);
    this.toggle.dataset.shows = toggle;
    this.progress.draw(this.current, this.#status?.segment?.kind ?? "");
    // Every step is under a heading of its segment, its own or this one.
    this.segment.hidden = this.isWhole || !this.current.segmentTitle || this.current.element.querySelector("h2") !== null;
    this.segment.textContent = this.current.segmentTitle;
    this.place.textContent = this.isWhole ? "" : this.current.segmentTitle;
    this.foot.hidden = this.isWhole;
    point(this.back, "Previous", this.steps[at - 1]);
    point(this.next, "Next", this.steps[at + 1]);
  }

  // An offer to go where the room is, or where the plan is.
  #tick() {
    if (!this.offer) return;
    const planned = this.#planned();
    const isHere = planned?.step === this.current;
    const offered = planned && !isHere && !this.isWhole ? planned.step : null;
    this.offer.hidden = !offered;
    const words = this.#status?.segment?.exercise ? "The room is now at: " : "Planned now: ";
    if (!offered || this.offer.dataset.step === words + offered.element.id) return;
    this.offer.dataset.step = words + offered.element.id;
    this.offer.replaceChildren(words, h("a", { href: `#${offered.element.id}` }, offered.title));
  }
}

// Where the facilitator is: the segment, with the exercise that was begun.
/** @param {M.SessionStatusEvent | null} status */
function placeOf(status) {
  return status?.segment ? `${status.segment.kind}/${status.segment.exercise?.id ?? ""}` : undefined;
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} label
 * @param {Step | undefined} step
 */
function point(link, label, step) {
  link.hidden = !step;
  if (!step) return;
  link.href = `#${step.element.id}`;
  link.replaceChildren(h("span", { class: "ck-focus-label" }, label), " ", h("span", {}, step.title));
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage, the choice holds for this page.
  }
}

// Session status: the current segment and its time, what comes next, facilitators' messages, and the breakout group. It
// is beside the outline (at the lower edge of a narrow page), moves nothing that is being typed, and takes no focus.
import { atWhen, externalLink, h, updateChildren } from "../shared/dom.js";
import { TimeSignals } from "../shared/time_signals.js";
import { MoreTime } from "./more_time.js";
import { WIDE } from "./outline.js";
import { ParkingLot } from "./parking_lot.js";
import { isLow, sessionTimeUntil, timeLeft } from "./time_left.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */

const SEEN = "cluster-kit:seen-message:";
const ENDED_SHOWN_MS = 12 * 60 * 60_000; // how long a page says that the session has ended
const SESSION_ENDED = "The session has ended.";
const ANSWERS_KEPT = "Everything is kept, and you can go on writing.";
const WAY_FOLLOWS = "A link after this question leads there.";

/** @param {Pick<M.SessionStatusEvent, "ended" | "now">} status */
export function hasJustEnded({ ended, now }) {
  return Boolean(ended) && Date.parse(now) - Date.parse(String(ended)) <= ENDED_SHOWN_MS;
}

export class SessionStatus {
  /** @type {HTMLElement} */
  title;
  /** @type {HTMLElement} */
  label;
  /** @type {HTMLElement} */
  time;
  /** @type {HTMLElement} */
  rooms;
  /** @type {HTMLElement} */
  now;
  /** @type {HTMLElement} */
  over;
  /** @type {HTMLElement} */
  message;
  /** @type {HTMLElement} */
  reveals;
  /** @type {HTMLAnchorElement} */
  way;
  /** @type {HTMLElement} */
  more;
  /** @type {HTMLAnchorElement} */
  jump;
  /** @type {HTMLDetailsElement} */
  fold;

  /** @type {M.SessionStatusEvent | null} */
  #status = null;
  /** @type {M.GroupView | null} */
  #group = null;
  /** @type {M.RoomOfPersonView[]} */
  #rooms = [];
  /** @type {T.ShownItem[]} */
  #shown = [];
  /** @type {Map<string, S.RevealedDetail>} */
  #reveals = new Map();
  /** @type {Map<string, S.ProposalsDetail>} */
  #proposals = new Map();
  /** @type {Map<string, S.RevealedDetail>} */
  #earlierReveals = new Map(); // no news any more: the room has gone on
  #putAway = new Set(); // proposals that the person will look at later
  /** @type {Set<Element>} */
  #inView = new Set(); // statements with a proposal
  #targets = new IntersectionObserver((changes) => this.#noteInView(changes));
  /** @type {M.NoticeView[]} */
  #ownMessages = []; // for this team only
  /** @type {HTMLElement | null} */
  #workedIn = null; // where a person was who went to what is new
  #signals = new TimeSignals();
  /** @type {Set<string> | null} */
  #links = null; // those that are known; null before the first status
  #hasTeam = false;
  #ahead = 0; // the server's clock minus this computer's

  /**
   * @param {T.PageConnection} connection
   * @param {HTMLElement} el
   * @param {string} keep
   * @param {Announcer} announcer
   */
  constructor(connection, el, keep, announcer) {
    this.el = el;
    this.announcer = announcer;
    this.moreTime = new MoreTime(connection);
    this.park = new ParkingLot(connection, `cluster-kit:${keep}:park`);
    this.#build();
    connection.addEventListener("session_status", ({ detail }) => {
      this.#ahead = Date.parse(detail.now) - Date.now();
      this.#announce(this.#status, detail);
      if (this.#status?.segment && findPlace(this.#status)?.id !== findPlace(detail)?.id) this.#quietReveals();
      this.#status = detail;
      this.#refresh();
    });
    connection.addEventListener("team", ({ detail }) => {
      if (this.#hasTeam) this.#announceTeam(detail);
      this.#hasTeam = true;
      this.#group = detail.group;
      this.#rooms = detail.rooms;
      this.#ownMessages = detail.messages ?? [];
      this.moreTime.show(detail.asked_time);
      this.#refresh();
    });
    addEventListener("ck:revealed", (event) => {
      event.preventDefault(); // announced here: the form may be in a step that is not shown
      this.#reveals.set(event.detail.id, event.detail);
      this.#showReveals();
      const way = this.way.isConnected ? ` ${WAY_FOLLOWS}` : "";
      this.announcer.essential(`Your team’s ratings are shown now: ${event.detail.title}. ${event.detail.summary}${way}`);
    });
    addEventListener("ck:proposals", ({ detail }) => {
      this.#proposals.set(detail.id, detail);
      this.#watchTargets();
      this.#showReveals(); // the form announces it
    });
    for (const type of ["focusin", "input"]) addEventListener(type, ({ target }) => this.#noteLook(/** @type {Element} */ (target)));
    addEventListener("ck:step", () => this.#showJump());
    addEventListener("ck:unrevealed", ({ detail: id }) => {
      if (this.#earlierReveals.delete(id)) this.#refresh();
      if (this.#reveals.delete(id)) this.#showReveals();
    });
    new ResizeObserver(() => this.#reserveSpace()).observe(this.el);
    addEventListener("focusin", ({ target }) => this.#uncover(/** @type {Element} */ (target)));
    addEventListener("focusin", ({ target }) => this.#placeWay(/** @type {HTMLElement} */ (target)));
    setInterval(() => this.#tick(), 1000);
  }

  // Link to what facilitators show to all participants: [{title, href}].
  /** @param {T.ShownItem[]} shown */
  point(shown) {
    this.#shown = shown;
    this.#refresh();
  }

  #build() {
    this.title = h("strong", { tabindex: "-1" });
    this.label = h("span", { class: "ck-live-label" });
    this.time = h("span", { class: "ck-live-time ck-time-left" });
    this.rooms = h("div", { class: "ck-live-rooms" });
    this.jump = h("a", { href: "#main", onblur: () => this.#showJump() }, "Go there");
    this.now = h("p", { class: "ck-live-now", hidden: true }, this.label, " ", this.title, " ", this.time, " ", this.jump);
    this.over = h("p", { class: "ck-live-over", hidden: true }, h("span", { class: "ck-live-ended" }, SESSION_ENDED), " ", h("span", { class: "ck-live-kept" }, ANSWERS_KEPT), " ", summaryLink());
    this.message = h("div", { class: "ck-live-message" });
    this.reveals = h("div", { class: "ck-live-reveals" });
    this.way = h("a", { class: "ck-live-way", href: "#ck-live", onclick: (/** @type {Event} */ event) => this.#goToNews(event) }, "Go to what is new for your team");
    this.more = h("div", { class: "ck-live-more" });
    this.fold = h("details", { class: "ck-live-fold", hidden: true }, h("summary", {}, "More", h("span", {}, " from the room")), this.more, this.moreTime.element, this.park.element);
    const fit = () => (this.fold.open = WIDE.matches);
    WIDE.addEventListener("change", fit);
    fit();
    this.el.append(this.now, this.rooms, this.over, this.reveals, this.message, this.fold, this.announcer.region);
  }

  #refresh() {
    const status = this.#status;
    if (!status) return;
    this.#showSegment(status);
    this.#showMessage(status);
    updateChildren(this.rooms, status.ended ? [] : [...this.#rooms.map(yourRoom), ...(this.#group ? [yourGroup(this.#group)] : [])]);
    const more = this.#more(status);
    updateChildren(this.more, more);
    this.park.element.hidden = this.moreTime.element.hidden = !status.segment;
    this.fold.hidden = more.length === 0 && !status.segment;
    document.documentElement.classList.toggle("ck-has-live", !this.#isEmpty());
    this.#tick();
  }

  /** @param {M.SessionStatusEvent} status */
  #showSegment(status) {
    const { segment, locked, ended, now } = status;
    const place = findPlace(status);
    const before = this.now.dataset.place ?? "";
    this.now.hidden = !segment;
    this.now.dataset.kind = segment?.kind ?? "";
    this.now.dataset.place = place?.id ?? "";
    markOutline(segment?.kind ?? "", locked);
    this.over.hidden = !hasJustEnded({ ended, now });
    if (!place) return;
    this.title.textContent = place.title;
    this.jump.href = `#${place.id}`;
    this.jump.setAttribute("aria-label", `Go there: ${place.title}`);
    this.#showJump();
    if (!before || before === place.id) return;
    this.el.classList.remove("ck-live-changed");
    requestAnimationFrame(() => this.el.classList.add("ck-live-changed"));
  }

  // One step at a time, the link to where the room is is of use elsewhere only.
  #showJump() {
    const id = this.now.dataset.place || "none";
    const isHere = document.querySelector(`.ck-focus-on #${id}.ck-current, .ck-focus-on #${id} .ck-current`) !== null;
    this.label.textContent = isHere ? "Now" : "The room is now at";
    if (isHere && document.activeElement === this.jump) return; // it goes when the focus leaves it
    this.jump.hidden = isHere;
    document.documentElement.classList.toggle("ck-has-jump", Boolean(this.now.dataset.place) && !isHere);
  }

  // What has changed since the page was loaded. What was there before is not news.
  /**
   * @param {M.SessionStatusEvent | null} before
   * @param {M.SessionStatusEvent} after
   */
  #announce(before, after) {
    const links = after.links.filter(({ id }) => this.#links && !this.#links.has(id));
    this.#links = new Set([...(this.#links ?? []), ...after.links.map(({ id }) => id)]);
    if (!before) return;
    const [was, is] = [before.segment, after.segment];
    if (is && !before.began) this.announcer.essential(`The session has begun: ${is.title}.`);
    else if (is && is.kind !== was?.kind) this.announcer.essential(`Now: ${is.title}`);
    else if (was && after.ended) this.announcer.essential(`${SESSION_ENDED} ${ANSWERS_KEPT}`);
    if (is?.exercise && is.exercise.id !== was?.exercise?.id) this.announcer.essential(`The room is now at: ${is.exercise.title}.`);
    this.#announceMessages(before.messages, after.messages);
    for (const { text } of links) this.announcer.detail(`New link: ${text}.`);
  }

  /**
   * @param {M.NoticeView[]} before
   * @param {M.NoticeView[]} after
   */
  #announceMessages(before, after) {
    for (const { id, text } of after) if (!before.some((one) => one.id === id) && !isSeen(id)) this.announcer.essential(`From the facilitator: ${text}`);
  }

  /** @param {M.TeamEvent} team */
  #announceTeam({ group, rooms, messages }) {
    this.#announceMessages(this.#ownMessages, messages);
    if (group && (group.round !== this.#group?.round || group.number !== this.#group.number)) {
      this.announcer.essential(`Your breakout group is group ${group.number}: ${group.states.map(({ name }) => name).join(", ")}.`);
    }
    for (const room of rooms) {
      const isKnown = this.#rooms.some(({ use, number }) => use === room.use && number === room.number);
      if (!isKnown) this.announcer.essential(`${roomLabel(room)}: ${roomWords(room)}.`);
    }
  }

  // A person who is at the team's ratings of an exercise needs no notice of them.
  /** @param {Element} target */
  #noteLook(target) {
    const form = target.closest?.(".ck-overview, .ck-consensus")?.closest(".ck-form"); // a window has focus, too
    const seen = [...this.#reveals.keys()].filter((id) => form?.contains(document.getElementById(id)));
    for (const id of seen) this.#reveals.delete(id);
    if (seen.length) this.#showReveals();
  }

  // Where the room has gone on, earlier ratings are a link among others.
  #quietReveals() {
    for (const [id, reveal] of this.#reveals) this.#earlierReveals.set(id, reveal);
    this.#reveals.clear();
    this.#showReveals();
  }

  // While a proposal is on the screen with its answers, nothing else needs to say so.
  #watchTargets() {
    this.#targets.disconnect();
    this.#inView.clear();
    for (const { waiting } of this.#proposals.values()) {
      for (const { target } of waiting) {
        const element = document.getElementById(target);
        if (element) this.#targets.observe(element);
      }
    }
  }

  /** @param {IntersectionObserverEntry[]} changes */
  #noteInView(changes) {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting) this.#inView.add(target);
      else this.#inView.delete(target);
    }
    this.#showReveals();
  }

  // Ratings that are now shown to the team, and proposals to answer, each until it is looked at or put away.
  #showReveals() {
    const entries = [...this.#reveals.values()].filter(({ id }) => !this.#asks(id)).map(({ id, title, summary }) => {
      const done = () => {
        this.#reveals.delete(id);
        this.#showReveals();
      };
      return teamNotice("Your team’s ratings are shown now", title, summary, { href: `#${id}`, words: "See them", done });
    });
    for (const { id, title, waiting } of this.#proposals.values()) {
      const [first, ...others] = this.#unanswered(waiting);
      if (!first || waiting.some(({ target }) => [...this.#inView].some((element) => element.id === target))) continue;
      const done = () => {
        for (const { key } of waiting) this.#putAway.add(key);
        this.#reveals.delete(id); // a person who looks at a proposal sees the ratings, too
        this.#showReveals();
      };
      const more = others.length ? ` ${others.length} more ${others.length === 1 ? "proposal waits" : "proposals wait"} for you.` : "";
      entries.push(teamNotice(`${first.by} proposes ${first.rating}`, title, `“${first.text}” Do you agree?${more}`, { href: `#${first.target}`, words: "Answer", done }));
    }
    const hadFocus = this.reveals.contains(document.activeElement);
    updateChildren(this.reveals, entries);
    if (hadFocus && !this.reveals.contains(document.activeElement)) this.#goBack();
    if (document.activeElement instanceof HTMLElement) this.#placeWay(document.activeElement);
    document.documentElement.classList.toggle("ck-has-live", entries.length > 0 || !this.#isEmpty());
  }

  // What is new for the team is before the exercises: dozens of stops of the keyboard away from a field. The stop
  // after the question that has the focus leads there.
  /** @param {HTMLElement} focused */
  #placeWay(focused) {
    if (focused === this.way) return;
    const question = focused.closest?.("#main :is(.ck-item, .ck-field)"); // a window has focus, too
    if (!question || !this.reveals.hasChildNodes()) this.way.remove();
    else if (this.way.parentElement !== question) question.append(this.way);
    if (question) this.#workedIn = focused;
  }

  /** @param {Event} event */
  #goToNews(event) {
    event.preventDefault();
    this.reveals.querySelector("a")?.focus();
  }

  // The focus was on a notice that has gone: without another one, it goes back to where the person worked.
  #goBack() {
    const next = this.reveals.querySelector("a") ?? this.#workedIn;
    if (next?.checkVisibility()) next.focus();
    else this.title.focus({ preventScroll: true });
  }

  /** @param {S.ProposalDetail[]} waiting */
  #unanswered(waiting) {
    return waiting.filter(({ key }) => !this.#putAway.has(key));
  }

  // Whether a proposal of the exercise is shown: it says more than that the ratings are.
  /** @param {string} id */
  #asks(id) {
    return this.#unanswered(this.#proposals.get(id)?.waiting ?? []).length > 0;
  }

  #isEmpty() {
    return this.now.hidden && this.over.hidden && this.fold.hidden && !this.message.hasChildNodes() && !this.reveals.hasChildNodes();
  }

  // On a narrow page the panel is fixed at the lower edge: nothing that has the focus may be under it.
  #reserveSpace() {
    const height = getComputedStyle(this.el).position === "fixed" ? this.el.offsetHeight : 0;
    document.documentElement.style.setProperty("--ck-panel-height", `${height}px`);
    if (document.activeElement) this.#uncover(document.activeElement);
  }

  // Browsers do not scroll to what is covered only in part.
  /** @param {Element} focused */
  #uncover(focused) {
    if (getComputedStyle(this.el).position !== "fixed" || this.el.contains(focused)) return;
    if (focused.getBoundingClientRect().bottom > this.el.getBoundingClientRect().top) focused.scrollIntoView({ block: "nearest" });
  }

  // Messages to everyone and to this team, the newest last.
  /** @param {M.SessionStatusEvent} status */
  #messages({ messages }) {
    return [...messages, ...this.#ownMessages].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  }

  /** @param {M.SessionStatusEvent} status */
  #showMessage(status) {
    const [message, ended] = [this.#messages(status).at(-1), status.ended];
    const isNews = message && !isSeen(message.id) && (!ended || message.at > ended);
    const id = isNews ? message.id : "";
    if ((this.message.dataset.id ?? "") === id) return;
    this.message.dataset.id = id;
    const done = () => {
      setSeen(id);
      const hadFocus = this.message.contains(document.activeElement);
      this.#refresh();
      if (hadFocus && !this.now.hidden) (this.jump.hidden ? this.title : this.jump).focus({ preventScroll: true });
    };
    this.message.replaceChildren(...(isNews ? [
      h("p", { class: "ck-live-label" }, "From the facilitator"),
      h("p", { class: "ck-live-text", dir: "auto" }, message.text),
      h("button", { type: "button", onclick: done }, "Got it"),
    ] : []));
  }

  /**
   * @param {M.SessionStatusEvent} status
   * @returns {HTMLElement[]}
   */
  #more(status) {
    const { segment, next, links, ended } = status;
    // What facilitators said during the session is no news after its end.
    const earlier = this.#messages(status).filter((one) => one.id !== this.message.dataset.id && (!ended || one.at > ended)).toReversed();
    return [
      !ended && next && h("p", {}, h("span", { class: "ck-live-label" }, "Next"), next.title),
      !ended && segment && h("p", {}, h("a", { href: "#ck-questions" }, "Ask the facilitators, or vote for a question")),
      this.#earlierReveals.size > 0 && part("Your team’s ratings", [...this.#earlierReveals.values()].map(({ id, title }) => h("a", { href: `#${id}`, dir: "auto" }, title))),
      this.#shown.length > 0 && part("Shown to everyone", this.#shown.map(({ title, href }) => h("a", { href, dir: "auto" }, title))),
      links.length > 0 && part("Links", links.map(({ text, url }) => externalLink(url, text, { dir: "auto" }))),
      earlier.length > 0 && part("From the facilitator", earlier.map(({ text, at }) => [h("span", { class: "ck-live-text", dir: "auto" }, text), " ", h("span", { class: "ck-live-at" }, atWhen(at))])),
    ].filter((one) => one instanceof HTMLElement);
  }

  #tick() {
    const { ends, of } = (this.#status && findPlace(this.#status)) ?? { ends: null, of: "" };
    const left = ends ? sessionTimeUntil(ends, Date.now() + this.#ahead, this.#status?.speed ?? 1) : Infinity;
    const words = ends ? timeLeft(left) : "";
    if (this.time.dataset.words !== words + of) this.time.replaceChildren(words, ...(words && left > 0 ? [h("span", { class: "ck-live-of" }, ` ${of}`)] : []));
    this.time.dataset.words = words + of;
    this.time.toggleAttribute("data-low", isLow(left));
    const signal = this.#signals.next(ends ?? "", left);
    if (signal) this.announcer[signal.weight](signal.sentence);
  }
}

// Where the room is: at the exercise that was begun, else at the part. The clock belongs to it.
/** @param {Pick<M.SessionStatusEvent, "segment">} arg */
function findPlace({ segment }) {
  if (!segment) return null;
  const { exercise } = segment;
  const step = exercise ? `step-${exercise.id}` : "";
  if (exercise && document.getElementById(step)) return { id: step, title: exercise.title, ends: exercise.ends_at, of: "for this exercise" };
  return { id: `segment-${segment.kind}`, title: segment.title, ends: segment.ends_at, of: "for this part" };
}

// What the team has done, with the way to it.
/**
 * @param {string} headline
 * @param {string} exercise
 * @param {string} words
 * @param {{href: string, words: string, done: () => void}} way
 */
function teamNotice(headline, exercise, words, way) {
  const go = (/** @type {Event} */ event) => {
    /** @type {HTMLElement} */ (event.currentTarget).blur(); // the focus goes where the link leads
    way.done();
  };
  return h("div", { class: "ck-live-reveal" },
    h("p", { dir: "auto" }, h("strong", {}, headline), h("span", { class: "ck-live-reveal-title" }, exercise)),
    h("p", { class: "ck-live-reveal-words" }, words),
    h("p", { class: "ck-live-ways" }, h("a", { href: way.href, onclick: go }, way.words), " ", h("button", { type: "button", onclick: way.done }, "Later")));
}

// A link to what the team made; nothing on a facilitator's preview.
function summaryLink() {
  /** @type {HTMLAnchorElement | null} */
  const link = document.querySelector("#ck-summary a");
  return link && h("a", { class: "ck-live-summary", href: link.href }, "See what your team made");
}

// The reader's home room, table, or trio, with its number in the call.
/** @param {M.RoomOfPersonView} room */
function yourRoom(room) {
  return h("p", {}, h("span", { class: "ck-live-label" }, `${roomLabel(room)}:`), " ", roomWords(room));
}

/** @param {M.GroupView} arg */
function yourGroup({ number, states }) {
  return h("p", {}, h("span", { class: "ck-live-label" }, "Your breakout group:"), ` group ${number}: ${states.map(({ name }) => name).join(", ")}`);
}

/** @param {M.RoomOfPersonView} room */
function roomWords({ number, name, states }) {
  return `room ${number}, ${states.length > 1 ? states.join(", ") : name}`;
}

/** @param {Pick<M.RoomOfPersonView, "use">} arg */
function roomLabel({ use }) {
  return use === "trios" ? "Your trio" : "Your home room";
}

// Mark the current segment and locked exercises in the outline.
/**
 * @param {string} kind
 * @param {string[]} locked
 */
function markOutline(kind, locked) {
  /** @type {NodeListOf<HTMLElement>} */
  const entries = document.querySelectorAll(".ck-outline li");
  for (const entry of entries) {
    const isNow = kind !== "" && entry.querySelector("a")?.hash === `#segment-${kind}`;
    const isClosed = (entry.dataset.exercises ?? "").split(" ").some((id) => locked.includes(id));
    const words = [isNow && "now", isClosed && "closed for now"].filter(Boolean).join(" · ");
    const note = entry.querySelector(".ck-outline-note");
    if (!note) continue;
    note.textContent = words;
    note.toggleAttribute("data-now", isNow);
  }
}

/**
 * @param {string} title
 * @param {S.Child[]} entries
 */
function part(title, entries) {
  return h("div", {}, h("p", { class: "ck-live-label" }, title), h("ul", {}, entries.map((entry) => h("li", {}, entry))));
}

/** @param {string} id */
function isSeen(id) {
  try {
    return localStorage.getItem(SEEN + id) !== null;
  } catch {
    return seenHere.has(id);
  }
}

const seenHere = new Set();

/** @param {string} id */
function setSeen(id) {
  seenHere.add(id);
  try {
    localStorage.setItem(SEEN + id, "");
  } catch {
    // Without storage, it counts as seen on this page only.
  }
}

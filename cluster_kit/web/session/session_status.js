// The state of the session: the current segment and its time, what comes next, facilitators' messages, and the breakout group. It
// is beside the outline (at the lower edge of a narrow page), moves nothing that is being typed, and takes no focus.
import { atWhen, h } from "../shared/dom.js";
import { ParkingLot } from "./parking_lot.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */

const WIDE = matchMedia("(min-width: 64rem)");
const SEEN = "cluster-kit:seen-message:";
const MINUTE_MS = 60000;
const SAID_AFTER_MS = 12 * 60 * MINUTE_MS; // for half a day, a page says that the session has ended; then it is a page to write on
const OVER = "The session has ended. Everything is kept, and you can go on writing.";

export class SessionStatus {
  /** @type {HTMLElement} */
  title;
  /** @type {HTMLElement} */
  time;
  /** @type {HTMLElement} */
  now;
  /** @type {HTMLElement} */
  over;
  /** @type {HTMLElement} */
  message;
  /** @type {HTMLElement} */
  more;
  /** @type {HTMLElement} */
  announced;
  /** @type {HTMLAnchorElement} */
  jump;
  /** @type {HTMLDetailsElement} */
  fold;

  /** @type {M.RoomEvent | null} */
  #room = null;
  /** @type {M.GroupView | null} */
  #group = null;
  /** @type {T.ShownItem[]} */
  #shown = [];
  #ahead = 0; // the server's clock, less this computer's

  /**
   * @param {T.PageConnection} connection
   * @param {HTMLElement} el
   * @param {string} keep
   */
  constructor(connection, el, keep) {
    this.el = el;
    this.park = new ParkingLot(connection, `cluster-kit:${keep}:park`);
    this.#build();
    connection.addEventListener("room", ({ detail }) => {
      this.#ahead = Date.parse(detail.now) - Date.now();
      this.#room = detail;
      this.#refresh();
    });
    connection.addEventListener("team", ({ detail }) => {
      this.#group = detail.group;
      this.#refresh();
    });
    setInterval(() => this.#tick(), 1000);
  }

  // What facilitators show to all participants: [{title, href}].
  /** @param {T.ShownItem[]} shown */
  point(shown) {
    this.#shown = shown;
    this.#refresh();
  }

  #build() {
    this.title = h("strong", {});
    this.time = h("span", { class: "ck-room-time" });
    this.jump = h("a", { href: "#main" }, "Go there");
    this.now = h("p", { class: "ck-room-now", hidden: true }, h("span", { class: "ck-room-label" }, "Now"), this.title, " ", this.time, " ", this.jump);
    this.over = h("p", { class: "ck-room-over", hidden: true }, OVER);
    this.message = h("div", { class: "ck-room-message", role: "status" });
    this.more = h("div", { class: "ck-room-more" });
    this.fold = h("details", { class: "ck-room-fold", hidden: true }, h("summary", {}, "More from the room"), this.more, this.park.element);
    const fit = () => (this.fold.open = WIDE.matches);
    WIDE.addEventListener("change", fit);
    fit();
    this.announced = h("p", { class: "ck-room-said", role: "status" }); // for those who do not see it
    this.el.append(this.now, this.over, this.message, this.fold, this.announced);
  }

  #refresh() {
    const room = this.#room;
    if (!room) return;
    this.#showSegment(room);
    this.#showMessage(room);
    const more = this.#more(room);
    this.more.replaceChildren(...more);
    this.park.element.hidden = !room.segment;
    this.fold.hidden = more.length === 0 && !room.segment;
    const isEmpty = this.now.hidden && this.over.hidden && this.fold.hidden && !this.message.hasChildNodes();
    document.documentElement.classList.toggle("ck-in-room", !isEmpty);
    this.#tick();
  }

  /** @param {M.RoomEvent} arg */
  #showSegment({ segment, locked, ended, now }) {
    const before = this.now.dataset.kind ?? "";
    const kind = segment?.kind ?? "";
    this.now.hidden = !segment;
    this.now.dataset.kind = kind;
    markOutline(kind, locked);
    this.over.hidden = !ended || Date.parse(now) - Date.parse(ended) > SAID_AFTER_MS;
    if (before && ended) this.announced.textContent = OVER;
    if (!segment) return;
    this.title.textContent = segment.title;
    this.jump.href = `#segment-${kind}`;
    this.jump.setAttribute("aria-label", `Go there: ${segment.title}`);
    if (before && before !== kind) this.announced.textContent = `Now: ${segment.title}`;
  }

  /** @param {M.RoomEvent} arg */
  #showMessage({ message, ended }) {
    const isNews = message && !isSeen(message.id) && (!ended || message.at > ended);
    const id = isNews ? message.id : "";
    if ((this.message.dataset.id ?? "") === id) return;
    this.message.dataset.id = id;
    const done = () => {
      setSeen(id);
      const hadFocus = this.message.contains(document.activeElement);
      this.#refresh();
      if (hadFocus && !this.jump.closest("[hidden]")) this.jump.focus({ preventScroll: true });
    };
    this.message.replaceChildren(...(isNews ? [
      h("p", { class: "ck-room-label" }, "From the facilitator"),
      h("p", { class: "ck-room-words", dir: "auto" }, message.text),
      h("button", { type: "button", onclick: done }, "Got it"),
    ] : []));
  }

  /**
   * @param {M.RoomEvent} arg
   * @returns {HTMLElement[]}
   */
  #more({ next, messages, links, ended }) {
    const earlier = messages.filter((one) => one.id !== this.message.dataset.id).toReversed();
    return [
      next && h("p", {}, h("span", { class: "ck-room-label" }, "Next"), next.title),
      !ended && this.#group && this.#yourGroup(this.#group),
      this.#shown.length > 0 && part("Shown to everybody", this.#shown.map(({ title, href }) => h("a", { href, dir: "auto" }, title))),
      links.length > 0 && part("Links", links.map(({ text, url }) => h("a", { href: url, target: "_blank", rel: "noopener noreferrer", dir: "auto" }, text))),
      earlier.length > 0 && part("From the facilitator", earlier.map(({ text, at }) => [h("span", { class: "ck-room-words", dir: "auto" }, text), " ", h("span", { class: "ck-room-at" }, atWhen(at))])),
    ].filter((one) => one instanceof HTMLElement);
  }

  /** @param {M.GroupView} arg */
  #yourGroup({ number, area, reason, states }) { // the reason names the area
    return h("div", {},
      h("p", { class: "ck-room-label" }, `Your breakout group: group ${number}`),
      h("p", { class: "ck-room-states" }, states.map(({ name }) => name).join(", ")),
      (reason || area) && h("p", { dir: "auto" }, reason || area),
    );
  }

  #tick() {
    const ends = this.#room?.segment?.ends_at;
    const words = ends ? timeLeft(Date.parse(ends) - Date.now() - this.#ahead) : "";
    if (this.time.textContent !== words) this.time.textContent = words;
  }
}

// Minutes in words: never in a hurry, and kind when it is late.
/** @param {number} ms */
export function timeLeft(ms) {
  if (ms > MINUTE_MS) {
    const minutes = Math.round(ms / MINUTE_MS);
    return minutes === 1 ? "1 minute left" : `${minutes} minutes left`;
  }
  if (ms > 0) return "Less than a minute left";
  return ms > -MINUTE_MS ? "Time is up. Finish your thought." : "A little over time. Finish your thought.";
}

// Where the session is, and what is closed for now.
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
    const standing = entry.querySelector(".ck-standing");
    if (standing) standing.textContent = words;
  }
}

/**
 * @param {string} title
 * @param {S.Child[]} entries
 */
function part(title, entries) {
  return h("div", {}, h("p", { class: "ck-room-label" }, title), h("ul", {}, entries.map((entry) => h("li", {}, entry))));
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
    // It is seen on this page, at least.
  }
}

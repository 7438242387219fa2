// What a page says to screen readers about others and about the session: one live region, and how much of it a person
// wants to hear. Replies to what the person does are always said; sentences that come together are said together.
import { h } from "./dom.js";
/** @import * as S from "./types.js" */

/** @type {S.AnnouncementLevel[]} */
export const LEVELS = ["all", "essentials", "none"];
const TOGETHER_MS = 300;
const DETAILS_MS = 15_000; // between two announcements of details, so that a busy session does not talk all the time

export class Announcer {
  /** @type {string[]} */
  #waiting = [];
  /** @type {number | undefined} */
  #timer;
  #due = Infinity;
  #announcedAt = -Infinity;
  /** @type {S.AnnouncementLevel | undefined} */
  #unkept; // the choice of a browser without storage

  /** @param {string} key where the level is kept in this browser */
  constructor(key) {
    this.key = key;
    this.region = h("p", { class: "ck-live-announced ck-hidden", role: "status" });
  }

  // Announce what the page's forms ask for. On a page without this announcer, a form announces it itself.
  takeFromForms() {
    addEventListener("ck:announce", (event) => {
      event.preventDefault();
      this[event.detail.weight](event.detail.sentence);
    });
  }

  /** @returns {S.AnnouncementLevel} */
  get level() {
    try {
      const kept = localStorage.getItem(this.key);
      return LEVELS.find((one) => one === kept) ?? this.#unkept ?? "all";
    } catch {
      return this.#unkept ?? "all";
    }
  }

  /** @param {S.AnnouncementLevel} level */
  set level(level) {
    this.#unkept = level;
    try {
      localStorage.setItem(this.key, level);
    } catch {
      // Without storage, it holds for this page.
    }
  }

  // The answer to something that the person did.
  /** @param {string} sentence */
  reply(sentence) {
    this.#add(sentence, TOGETHER_MS);
  }

  // What everyone needs to know: the session begins, moves, or ends, a message, the person's own group, time that is up.
  /** @param {string} sentence */
  essential(sentence) {
    if (this.level !== "none") this.#add(sentence, TOGETHER_MS);
  }

  // What is good to know: a link, an example, new posts, time that is left.
  /** @param {string} sentence */
  detail(sentence) {
    if (this.level === "all") this.#add(sentence, Math.max(TOGETHER_MS, this.#announcedAt + DETAILS_MS - performance.now()));
  }

  /**
   * @param {string} sentence
   * @param {number} delay
   */
  #add(sentence, delay) {
    if (!sentence) return;
    if (!this.#waiting.includes(sentence)) this.#waiting.push(sentence);
    const due = performance.now() + delay;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#say(), delay);
  }

  #say() {
    this.#due = Infinity;
    this.#announcedAt = performance.now();
    this.region.textContent = this.#waiting.splice(0).join(" ");
  }
}

// How things stand, in words: under the form for people, and as events for the page around it.
import { atWhen, h } from "../shared/dom.js";
/** @import {FormStore} from "./form_store.js" */

const KEPT = "Not saved yet. Your words are kept on this computer and will be sent as soon as the connection is back.";
const NOT_KEPT = "Not saved yet, and this browser does not let the page keep your words. Leave this page open until they are saved.";
const REFUSED = "One answer is not saved. See what is said below it.";

export class Status {
  /** @param {FormStore} store */
  constructor(store) {
    this.store = store;
    // Only a change of state is announced: the time and "Saving" would be read aloud at every pause.
    // It is there with its first words, so that opening a page announces nothing.
    this.said = h("span", { role: "status", class: "ck-status-words" }, this.#words("saved", store.savedAt));
    this.detail = h("span", { class: "ck-status-detail" });
    this.element = h("p", { class: "ck-status" }, this.said, this.detail);
    this.news = h("p", { role: "status", class: "ck-hidden" });
    store.on("state", () => this.refresh());
  }

  /** @param {string} sentence */
  announce = (sentence) => {
    this.news.textContent = sentence;
  };

  refresh() {
    const { state } = this.store.queue;
    const at = this.store.savedAt;
    const words = this.#words(state, at);
    if (words !== null && this.said.textContent !== words) this.said.textContent = words;
    this.detail.textContent = state === "saving" ? " Saving …" : state === "saved" && at ? ` ${atWhen(at)}` : "";
    this.said.hidden = state === "saving";
    this.element.dataset.state = state;
    const unsent = this.store.outbox.entries().length;
    this.element.dispatchEvent(new CustomEvent("ck:state", { bubbles: true, detail: { state, at, unsent } }));
  }

  // What is announced; null leaves it as it is.
  /**
   * @param {string} state
   * @param {string | null} at
   */
  #words(state, at) {
    const { trouble } = this.store.queue;
    if (state === "saved") return at ? "Saved" : "Your answers are saved as you type.";
    if (state === "unsaved") return this.store.outbox.keeps ? KEPT : NOT_KEPT;
    return state === "trouble" ? trouble || REFUSED : null;
  }
}

// How much of an exercise is answered, of what is asked at this depth.
export class Progress {
  /** @type {HTMLElement} */
  root;

  /**
   * @param {FormStore} store
   * @param {string} exercise
   */
  constructor(store, exercise) {
    this.store = store;
    this.exercise = exercise;
    /** @type {Array<{element: HTMLElement, isAnswered: () => boolean, asks: () => boolean}>} */
    this.counted = [];
    store.on("answers", () => this.later());
  }

  // `element` stands for one thing that is asked; hidden or gone, or while it asks nothing, it is not counted.
  /**
   * @param {HTMLElement} element
   * @param {() => boolean} isAnswered
   * @param {() => boolean} [asks]
   */
  count(element, isAnswered, asks = () => true) {
    this.counted.push({ element, isAnswered, asks });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh());
  }

  refresh() {
    /** @param {HTMLElement} element */
    const isThere = (element) => this.root.contains(element) && !element.closest("[hidden], [data-removed]");
    const asked = this.counted.filter(({ element, asks, isAnswered }) => isThere(element) && (asks() || isAnswered()));
    const answered = asked.filter(({ isAnswered }) => isAnswered()).length;
    const detail = { exercise: this.exercise, answered, asked: asked.length };
    this.root.dispatchEvent(new CustomEvent("ck:progress", { bubbles: true, detail }));
  }
}

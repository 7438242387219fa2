// Save status in words, below the form and as events for the page.
import { atWhen, h } from "../shared/dom.js";
import { isAnswered } from "./completeness.js";
/** @import * as S from "../shared/types.js" */
/** @import {FormStore} from "./form_store.js" */
/** @import {Tally} from "./completeness.js" */

const STORED_LOCALLY = "Not saved yet. Your words are kept on this device and will be sent as soon as the connection is back.";
const NOT_STORED = "Not saved yet, and this browser does not let the page keep your words. Leave this page open until they are saved.";
const REFUSED = "One answer is not saved. See the message below it.";

export class Status {
  #isTrouble = false;

  /** @param {FormStore} store */
  constructor(store) {
    this.store = store;
    // No live region: "Saved" would be read aloud at every pause. Trouble is announced, and its end.
    this.text = h("span", { class: "ck-status-words" }, this.#words("saved", store.savedAt));
    this.detail = h("span", { class: "ck-status-detail" });
    this.element = h("p", { class: "ck-status" }, this.text, this.detail);
    this.liveRegion = h("p", { role: "status", class: "ck-hidden" });
    store.on("state", () => this.refresh());
  }

  // Say it through the page's announcer; through the form's own region where there is none.
  /**
   * @param {string} sentence
   * @param {S.AnnounceDetail["weight"]} [weight]
   */
  announce = (sentence, weight = "reply") => {
    const asked = new CustomEvent("ck:announce", { bubbles: true, cancelable: true, detail: { sentence, weight } });
    if (this.element.dispatchEvent(asked)) this.liveRegion.textContent = sentence;
  };

  refresh() {
    const { state } = this.store.queue;
    const at = this.store.savedAt;
    const words = this.#words(state, at);
    if (words !== null && this.text.textContent !== words) {
      const hadTrouble = this.#isTrouble;
      this.#isTrouble = state !== "saved";
      this.text.textContent = words;
      if (this.#isTrouble) this.announce(words);
      else if (hadTrouble) this.announce("Your answers are saved again.");
    }
    this.detail.textContent = state === "saving" ? " Saving …" : state === "saved" && at ? ` ${atWhen(at)}` : "";
    this.text.hidden = state === "saving";
    this.element.dataset.state = state;
    const unsent = this.store.outbox.entries().length;
    this.element.dispatchEvent(new CustomEvent("ck:state", { bubbles: true, detail: { state, at, unsent } }));
  }

  // What to announce; null leaves it unchanged.
  /**
   * @param {string} state
   * @param {string | null} at
   */
  #words(state, at) {
    const { trouble } = this.store.queue;
    if (state === "saved") return at ? "Saved" : "Your answers are saved as you type.";
    if (state === "unsaved") return this.store.outbox.isPersistent ? STORED_LOCALLY : NOT_STORED;
    return state === "trouble" ? trouble || REFUSED : null;
  }
}

// Progress of an exercise at the person's depth.
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
    /** @type {Array<{element: HTMLElement, tally: () => Tally}>} */
    this.counted = [];
    store.on("answers", () => this.later());
  }

  // Count a field as one question, unless `element` is hidden, or it is optional, or currently not asked.
  /**
   * @param {HTMLElement} element
   * @param {{kind: string, optional?: boolean}} prompt
   * @param {{prompt: string, row: string}} address
   * @param {() => boolean} [asks]
   */
  count(element, prompt, address, asks = () => true) {
    this.add(element, () => {
      const answered = !prompt.optional && isAnswered(this.store, prompt, address) ? 1 : 0;
      return { asked: !prompt.optional && (answered || asks()) ? 1 : 0, answered };
    });
  }

  // Count several questions, unless `element` is hidden.
  /**
   * @param {HTMLElement} element
   * @param {() => Tally} tally
   */
  add(element, tally) {
    this.counted.push({ element, tally });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh());
  }

  refresh() {
    /** @param {HTMLElement} element */
    const isVisible = (element) => this.root.contains(element) && !element.closest("[hidden]");
    const tallies = this.counted.filter(({ element }) => isVisible(element)).map(({ tally }) => tally());
    /** @param {"asked" | "answered"} what */
    const sum = (what) => tallies.reduce((total, one) => total + one[what], 0);
    const detail = { exercise: this.exercise, answered: sum("answered"), asked: sum("asked") };
    this.root.dispatchEvent(new CustomEvent("ck:progress", { bubbles: true, detail }));
  }
}

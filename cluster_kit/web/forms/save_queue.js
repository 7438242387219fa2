// Sends the outbox's entries: after a pause in typing, or at once; and again, with the same ids, until they are acknowledged.
import { mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {Outbox} from "./outbox.js" */

const PAUSE_MS = 500;
const PATIENCE_MS = 5000;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];
const MOST_AT_ONCE = 50;

export class SaveQueue {
  // `send` takes one message; `onState` is called whenever `state` may have changed.
  /**
   * @param {Outbox<T.Entry>} outbox
   * @param {(message: M.Save) => void} send
   * @param {() => void} onState
   */
  constructor(outbox, send, onState) {
    this.outbox = outbox;
    this.send = send;
    this.onState = onState;
    this.late = false;
    this.trouble = "";
    this.attempts = 0;
    this.messages = new Map();
  }

  // "saved", "saving", "unsaved" (no answer) or "trouble" (the answer is that it can not be kept).
  get state() {
    const entries = this.outbox.entries();
    if (this.trouble || entries.some((entry) => entry.problem)) return "trouble";
    if (!entries.length) return "saved";
    return this.late ? "unsaved" : "saving";
  }

  // Soon: when nothing more has been typed for a moment.
  soon() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.now(), PAUSE_MS);
    this.onState();
  }

  // Now: whatever is new. What follows on an entry still under way waits for its acknowledgment.
  now() {
    clearTimeout(this.pause);
    const waiting = this.outbox.entries().filter((entry) => !entry.problem);
    /** @param {T.Entry} entry */
    const first = (entry) => waiting.find((other) => other.prompt === entry.prompt && other.row === entry.row) === entry;
    this.#deliver(waiting.filter((entry) => !entry.sent && first(entry)));
  }

  // Everything, sent before or not, in the order typed: after a reconnection, and when the page goes away.
  all() {
    clearTimeout(this.pause);
    this.#deliver(this.outbox.entries().filter((entry) => !entry.problem));
  }

  // An answer came: some entries are settled, saved or refused.
  settled() {
    this.late = false;
    this.trouble = "";
    this.attempts = 0;
    this.#watch(PATIENCE_MS);
    this.now();
    this.onState();
  }

  // The answer is that nothing can be saved just now.
  /** @param {string} sentence */
  failed(sentence) {
    this.trouble = sentence;
    this.#retryLater();
    this.onState();
  }

  stop() {
    clearTimeout(this.pause);
    clearTimeout(this.deadline);
  }

  /** @param {T.Entry[]} entries */
  #deliver(entries) {
    for (let start = 0; start < entries.length; start += MOST_AT_ONCE) {
      const some = entries.slice(start, start + MOST_AT_ONCE);
      for (const entry of some) entry.sent = true;
      this.outbox.put(...some);
      const responses = some.map(({ id, prompt, row, scope, value, base }) => ({ id, prompt, row, scope, value, base }));
      this.send({ type: "save", message: mintId(), responses });
    }
    if (entries.length && !this.deadline) this.#watch(PATIENCE_MS);
    this.onState();
  }

  /** @param {number} patience */
  #watch(patience) {
    clearTimeout(this.deadline);
    this.deadline = undefined;
    if (!this.outbox.entries().some((entry) => entry.sent && !entry.problem)) return;
    this.deadline = setTimeout(() => {
      this.late = true;
      this.#retryLater();
      this.all();
    }, patience);
  }

  #retryLater() {
    this.#watch(RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)]);
    this.attempts += 1;
  }
}

// Sends the outbox's entries after a pause in typing, or immediately, and resends them with the same ids until
// acknowledged.
import { mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {Outbox} from "./outbox.js" */

const PAUSE_MS = 500;
const ACK_TIMEOUT_MS = 5000;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];
const BATCH_SIZE = 50;

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

  // "saved", "saving", "unsaved" (no reply) or "trouble" (the server cannot save).
  get state() {
    const entries = this.outbox.entries();
    if (this.trouble || entries.some((entry) => entry.problem)) return "trouble";
    if (!entries.length) return "saved";
    return this.late ? "unsaved" : "saving";
  }

  // Send after a pause in typing.
  soon() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.flush(), PAUSE_MS);
    this.onState();
  }

  // Send new entries now. An entry for a field with an unacknowledged one waits.
  flush() {
    clearTimeout(this.pause);
    const waiting = this.outbox.entries().filter((entry) => !entry.problem);
    /** @param {T.Entry} entry */
    const first = (entry) => waiting.find((other) => other.prompt === entry.prompt && other.row === entry.row) === entry;
    this.#deliver(waiting.filter((entry) => !entry.sent && first(entry)));
  }

  // Send everything in order, sent before or not: after a reconnection, and when the page closes.
  all() {
    clearTimeout(this.pause);
    this.#deliver(this.outbox.entries().filter((entry) => !entry.problem));
  }

  // Handle settled entries, saved or refused.
  settled() {
    this.late = false;
    this.trouble = "";
    this.attempts = 0;
    this.#watch(ACK_TIMEOUT_MS);
    this.flush();
    this.onState();
  }

  // Handle a temporary failure to save.
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
    for (let start = 0; start < entries.length; start += BATCH_SIZE) {
      const some = entries.slice(start, start + BATCH_SIZE);
      for (const entry of some) entry.sent = true;
      this.outbox.put(...some);
      const responses = some.map(({ id, prompt, row, scope, value, base }) => ({ id, prompt, row, scope, value, base }));
      this.send({ type: "save", message: mintId(), responses });
    }
    if (entries.length && !this.deadline) this.#watch(ACK_TIMEOUT_MS);
    this.onState();
  }

  /** @param {number} delay */
  #watch(delay) {
    clearTimeout(this.deadline);
    this.deadline = undefined;
    if (!this.outbox.entries().some((entry) => entry.sent && !entry.problem)) return;
    this.deadline = setTimeout(() => {
      this.late = true;
      this.#retryLater();
      this.all();
    }, delay);
  }

  #retryLater() {
    this.#watch(RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)]);
    this.attempts += 1;
  }
}

// The state of one form: current answers of every field, and unsaved input. Fields write to the store and subscribe to
// changes.
import { SaveQueue } from "./save_queue.js";
import { mintId, same } from "../shared/dom.js";
import { Outbox } from "./outbox.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {{prompt: string, row: string}} Place */

const ADOPT_AFTER_MS = 5000;
const MAX_BASES = 50;
const NOT_SAVED = Number.MAX_SAFE_INTEGER;

/** @param {{prompt: string, row: string}} arg */
export function keyOf({ prompt, row }) {
  return `${prompt}|${row}`;
}

export class FormStore {
  /** @type {string | undefined} */
  state;
  /** @type {(content: M.FormReply) => void} */
  onMessage;
  /** @type {() => void} */
  onConnected;
  /** @type {() => void} */
  onLeaving;
  /** @type {() => unknown} */
  onHidden;
  /** @type {(event: Event) => unknown} */
  onUnload;

  // `opening` is the server's opening message. `have` is the position of the answers received: {seq, erased}.
  /**
   * @param {S.WidgetModel} model
   * @param {M.FormOpening} opening
   */
  constructor(model, { key, me, answers }) {
    this.model = model;
    this.key = key;
    this.me = me;
    this.have = { seq: answers.seq, erased: answers.erased };
    /** @type {Map<string, T.Answer[]>} */
    this.answers = new Map();
    this.rows = new Map(Object.entries(answers.rows).map(([table, ids]) => [table, [...ids]]));
    this.began = new Map(Object.values(answers.rows).flat().map((row) => [row, 0]));
    /** @type {Map<string, string[]>} */
    this.checks = new Map();
    /** @type {M.ExerciseState | null} */
    this.exerciseState = answers.exercise_state ?? null;
    /** @type {Map<string, Array<() => void>>} */
    this.fieldListeners = new Map();
    /** @type {Record<string, Array<(detail: any) => void>>} */
    this.listeners = { state: [], rows: [], sources: [], answers: [], stale: [], file: [], reply: [], exercise: [], connected: [] };
    this.#applyAnswers(answers, false);
    this.savedAt = this.#findLastSaved();
    /** @type {Outbox<T.Entry>} */
    this.outbox = new Outbox(key);
    this.queue = new SaveQueue(this.outbox, (content) => this.#send(content), () => this.#updateState());
  }

  // --- reading ---

  // The current answers of a field, oldest first; several if teammates disagree.
  /**
   * @param {Place} address
   * @returns {T.Answer[]}
   */
  current(address) {
    return this.answers.get(keyOf(address)) ?? [];
  }

  // Unsaved input, or undefined.
  /**
   * @param {Place} address
   * @returns {T.Entry | undefined}
   */
  draft(address) {
    return this.outbox.at(address).at(-1);
  }

  // What the field shows: unsaved input, else the person's own answer, else the latest.
  /**
   * @param {Place} address
   * @returns {T.Entry | T.Answer | undefined}
   */
  shown(address) {
    const current = this.current(address);
    return this.draft(address) ?? current.findLast((answer) => answer.mine) ?? current.at(-1);
  }

  /**
   * @param {Place} address
   * @returns {any}
   */
  value(address) {
    return this.shown(address)?.value ?? null;
  }

  // Plain language suggestions for a field's text, as sentences.
  /** @param {Place} address */
  findings(address) {
    return this.checks.get(keyOf(address)) ?? [];
  }

  // The versions to choose from: {mine, others}, or null without a conflict.
  /**
   * @param {T.Address} address
   * @returns {T.Versions | null}
   */
  versions(address) {
    if (address.scope !== "team") return null;
    const mine = this.shown(address);
    const known = new Set(this.outbox.at(address).flatMap((entry) => [entry.id, ...entry.base]));
    const others = this.current(address).filter(
      (answer) => answer.id !== mine?.id && !known.has(answer.id) && !same(answer.value, mine?.value),
    );
    return mine && others.length ? { mine, others } : null;
  }

  // --- writing ---

  // Record `value`, typed over the answers named by `base`. A `problem` says why it cannot be sent.
  /**
   * @param {T.Address} address
   * @param {any} value
   * @param {string[]} base
   * @param {string} [problem]
   */
  edit(address, value, base, problem = "") {
    const last = this.draft(address);
    if (last && !last.sent) {
      this.outbox.put(Object.assign(last, { value, problem, base: union(last.base, base), at: Date.now() }));
    } else {
      const follows = last && !last.problem ? [last.id] : [];
      if (last?.problem) this.outbox.remove(last.id);
      const { prompt, row, scope } = address;
      const over = union(follows, last?.base ?? [], base).slice(0, MAX_BASES);
      const entry = { id: mintId(), prompt, row, scope, value, base: over, sent: false, at: Date.now(), problem };
      this.outbox.put(entry);
    }
    this.#noteRow(address);
    this.#notifyField(address);
    this.queue.soon();
  }

  // Resolve a conflict: `value` replaces all versions.
  /**
   * @param {T.Address} address
   * @param {any} value
   */
  settle(address, value) {
    const ids = this.current(address).map((answer) => answer.id);
    this.queue.flush();
    this.edit(address, value, ids);
  }

  // --- subscriptions ---

  /**
   * @param {Place} address
   * @param {() => void} callback
   */
  watch(address, callback) {
    const key = keyOf(address);
    this.fieldListeners.set(key, [...(this.fieldListeners.get(key) ?? []), callback]);
  }

  // `what` is "state", "rows", "sources", "answers" (any answer or input), "stale" (prompts whose extension output is
  // outdated), "file" or "reply" (the reply to a piece of an upload, or to a request), "exercise" (the live session
  // changed this exercise), or "connected" (reconnected: the server has lost this page's subscriptions). Returns the function
  // that unsubscribes.
  /**
   * @param {string} what
   * @param {(detail: any) => void} callback
   * @returns {() => void}
   */
  on(what, callback) {
    this.listeners[what].push(callback);
    return () => (this.listeners[what] = this.listeners[what].filter((one) => one !== callback));
  }

  // --- the connection ---

  start() {
    this.onMessage = (/** @type {M.FormReply} */ content) => this.#receive(content);
    this.onConnected = () => {
      this.#requestChanges();
      this.queue.all();
      this.#notify("connected");
    };
    this.onLeaving = () => this.queue.all();
    this.onHidden = () => document.visibilityState === "hidden" && this.queue.flush();
    this.onUnload = (/** @type {Event} */ event) => !this.outbox.isPersistent && this.outbox.entries().length && event.preventDefault();
    this.model.on("msg:custom", this.onMessage);
    this.model.on("ck:connected", this.onConnected);
    addEventListener("online", this.onConnected);
    addEventListener("pagehide", this.onLeaving);
    addEventListener("visibilitychange", this.onHidden);
    addEventListener("beforeunload", this.onUnload);
    this.#adopt();
    this.adoptTimer = setTimeout(() => this.#adopt(), ADOPT_AFTER_MS);
    this.#requestChanges();
  }

  stop() {
    this.queue.stop();
    clearTimeout(this.adoptTimer);
    this.model.off("msg:custom", this.onMessage);
    this.model.off("ck:connected", this.onConnected);
    removeEventListener("online", this.onConnected);
    removeEventListener("pagehide", this.onLeaving);
    removeEventListener("visibilitychange", this.onHidden);
    removeEventListener("beforeunload", this.onUnload);
  }

  // Send a message other than an answer. It may get lost: the caller repeats it until it is answered.
  /** @param {object} content */
  send(content) {
    this.#send(content);
  }

  // Request missed changes. Models with `greeted` skip this, because their connection says hello for all forms.
  #requestChanges() {
    if (!this.model.get("greeted")) this.#sendHello(this.have);
  }

  /** @param {M.Have} have */
  #sendHello(have) {
    this.#send({ type: "hello", have });
  }

  // A closed connection may throw. Unacknowledged messages are sent again.
  /** @param {object} content */
  #send(content) {
    try {
      this.model.send(content);
    } catch (error) {
      console.warn("The connection is closed.", error);
    }
  }

  #adopt() {
    const left = this.outbox.adopt();
    for (const entry of left) {
      this.#noteRow(entry);
      this.#notifyField(entry);
    }
    if (left.length) this.queue.all();
  }

  /** @param {M.FormReply} content */
  #receive(content) {
    if (content.type === "saved") this.#saved(content);
    else if (content.type === "refused") this.#refused(content);
    else if (content.type === "trouble") this.#trouble(content);
    else if (content.type === "changes") this.#changes(content);
    else if (content.type === "sources") this.#notify("sources", content.prompts);
    else if (content.type === "exercise_state") this.#applyExerciseState(content);
    else if (content.type === "file") this.#notify("file", content);
    else if (content.type === "reply") this.#notify("reply", content);
  }

  /** @param {M.Saved} arg */
  #saved({ receipts, checks }) {
    /** @type {Array<[M.ReceiptView, T.Entry]>} */
    const settled = receipts.flatMap((receipt) => {
      const entry = this.outbox.get(receipt.id);
      return entry ? [[receipt, entry]] : [];
    });
    for (const [receipt, entry] of settled) {
      this.savedAt = receipt.at;
      if (receipt.status !== "duplicate") this.#applyReceipt(entry, receipt);
      this.#noteRow(entry, receipt.seq);
      this.outbox.remove(entry.id);
    }
    this.#applyChecks(checks);
    for (const [, entry] of settled) this.#notifyField(entry);
    // A duplicate may hide a teammate's later answer: request everything since.
    const again = receipts.filter((receipt) => receipt.status === "duplicate").map((receipt) => receipt.seq);
    if (again.length) this.#sendHello({ ...this.have, seq: Math.min(...again) - 1 });
    if (settled.length) this.queue.settled();
  }

  /**
   * @param {T.Entry} entry
   * @param {M.ReceiptView} receipt
   */
  #applyReceipt(entry, receipt) {
    const { id, prompt, row, scope, value, base } = entry;
    const answer = { id, prompt, row, scope, value, seq: receipt.seq, at: receipt.at, mine: true, who: this.me.name };
    const others = [...this.current(entry), ...receipt.others];
    const kept = scope === "person" ? [] : others.filter((other) => !base.includes(other.id));
    const byId = new Map([...kept, answer].map((one) => [one.id, one]));
    this.answers.set(keyOf(entry), [...byId.values()].sort((a, b) => a.seq - b.seq));
  }

  /** @param {M.Refused} arg */
  #refused({ problems }) {
    for (const { id, sentence } of problems) {
      const entry = this.outbox.get(id);
      if (!entry) continue;
      const [, follower] = this.outbox.at(entry).slice(this.outbox.at(entry).indexOf(entry));
      if (follower) this.outbox.remove(id);
      else this.outbox.put(Object.assign(entry, { problem: sentence }));
      this.#notifyField(entry);
    }
    this.queue.settled();
  }

  /** @param {M.Trouble} arg */
  #trouble({ sentence }) {
    if (this.outbox.entries().length) this.queue.failed(sentence);
  }

  /** @param {M.Changes} changes */
  #changes(changes) {
    this.have = { seq: Math.max(this.have.seq, changes.seq), erased: changes.erased };
    if (changes.whole) this.#clearOthers(changes.fields);
    this.#applyAnswers(changes, true);
    if (changes.stale?.length) this.#notify("stale", changes.stale);
  }

  // After an erasure: `fields` has all current answers, and every other answer is gone.
  /** @param {M.FieldAnswers[]} fields */
  #clearOthers(fields) {
    const current = new Set(fields.map(keyOf));
    for (const [key, answers] of this.answers) {
      if (!answers.length || current.has(key)) continue;
      const bar = key.indexOf("|");
      const address = { prompt: key.slice(0, bar), row: key.slice(bar + 1) };
      this.answers.set(key, []);
      this.#noteRow(address);
      this.#notifyField(address);
    }
  }

  // Handle a lock or unlock, a reveal, changed team ratings, or a refused reveal. Input from before a lock is sent
  // after the unlock.
  /** @param {M.ExerciseState} state */
  #applyExerciseState(state) {
    const wasLocked = this.exerciseState?.locked;
    if (!state.problem) this.exerciseState = state;
    this.#notify("exercise", state);
    if (wasLocked && !this.exerciseState?.locked) this.queue.all();
  }

  // Fields show whether their answer is saved.
  #updateState() {
    const { state } = this.queue;
    if (state !== this.state) {
      this.state = state;
      for (const entry of this.outbox.entries()) this.#notifyField(entry);
    }
    this.#notify("state");
  }

  /**
   * @param {{fields: M.FieldAnswers[], checks: M.TextCheck[]}} arg
   * @param {boolean} live
   */
  #applyAnswers({ fields, checks }, live) {
    for (const { prompt, row, answers } of fields) {
      const before = new Set(this.current({ prompt, row }).map((answer) => answer.id));
      const marked = answers.map((answer) => ({ ...answer, live: live && !before.has(answer.id) }));
      this.answers.set(keyOf({ prompt, row }), marked);
      this.#noteRow({ prompt, row }, answers[0]?.seq);
    }
    this.#applyChecks(checks);
    for (const field of fields) this.#notifyField(field);
  }

  /** @param {M.TextCheck[]} checks */
  #applyChecks(checks) {
    for (const check of checks) this.checks.set(keyOf(check), check.findings);
  }

  // A row exists from its first answer on. Rows are in the order of those first answers, as on every teammate's page;
  // unsaved ones are last.
  /**
   * @param {Place} arg
   * @param {number} [seq]
   */
  #noteRow({ prompt, row }, seq = NOT_SAVED) {
    const [table, column] = prompt.split(".");
    const ids = this.rows.get(table);
    if (!ids || !row) return;
    /** @param {string} id */
    const began = (id) => this.began.get(id) ?? NOT_SAVED;
    if (column && ids.includes(row) && seq >= began(row)) return;
    if (column) {
      this.began.set(row, Math.min(seq, began(row)));
      if (!ids.includes(row)) ids.push(row);
      ids.sort((a, b) => began(a) - began(b));
    }
    this.#notify("rows", table);
  }

  // Time of this person's last answer, or null.
  #findLastSaved() {
    const mine = [...this.answers.values()].flat().filter((answer) => answer.mine);
    return mine.sort((a, b) => a.seq - b.seq).at(-1)?.at ?? null;
  }

  /** @param {Place} address */
  #notifyField(address) {
    for (const callback of this.fieldListeners.get(keyOf(address)) ?? []) callback();
    this.#notify("answers");
  }

  /**
   * @param {string} what
   * @param {any} [detail]
   */
  #notify(what, detail = null) {
    for (const callback of this.listeners[what]) callback(detail);
  }
}

/** @param {...string[]} lists */
function union(...lists) {
  return [...new Set(lists.flat())];
}

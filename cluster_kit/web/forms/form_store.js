// The state of one form: the current answers of every field, and what is typed here and not saved yet. Fields write to the
// store and subscribe to changes.
import { SaveQueue } from "./save_queue.js";
import { mintId, same } from "../shared/dom.js";
import { Outbox } from "./outbox.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {{prompt: string, row: string}} Place */

const LEFT_BEHIND_MS = 5000;
const MOST_BASES = 50;
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

  // `opening` is the server's message of that name. `have` is how much of the answers has arrived: {seq, erased}.
  /**
   * @param {S.WidgetModel} model
   * @param {M.FormOpening} arg1
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
    this.room = answers.room ?? null;
    /** @type {Map<string, Array<() => void>>} */
    this.fieldWatchers = new Map();
    /** @type {Record<string, Array<(detail: any) => void>>} */
    this.watchers = { state: [], rows: [], sources: [], answers: [], news: [], file: [], told: [], room: [], connected: [] };
    this.#take(answers, false);
    this.savedAt = this.#lastOfMine();
    /** @type {Outbox<T.Entry>} */
    this.outbox = new Outbox(key);
    this.queue = new SaveQueue(this.outbox, (content) => this.#send(content), () => this.#stateMayHaveChanged());
  }

  // --- reading ---

  // The current answers of a field, oldest first; more than one when teammates disagree.
  /**
   * @param {Place} address
   * @returns {T.Answer[]}
   */
  current(address) {
    return this.answers.get(keyOf(address)) ?? [];
  }

  // What is typed here and not yet saved, or undefined.
  /**
   * @param {Place} address
   * @returns {T.Entry | undefined}
   */
  draft(address) {
    return this.outbox.at(address).at(-1);
  }

  // What the field shows: what is being typed, else my own answer, else the latest.
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

  // What could be plainer in the words of a field, as sentences.
  /** @param {Place} address */
  findings(address) {
    return this.checks.get(keyOf(address)) ?? [];
  }

  // The versions between which the team must choose: {mine, others}, or null when all agree.
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

  // Someone typed `value` over the answers named by `base`. A `problem` says why it can not be sent as it is.
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
      const over = union(follows, last?.base ?? [], base).slice(0, MOST_BASES);
      const entry = { id: mintId(), prompt, row, scope, value, base: over, sent: false, at: Date.now(), problem };
      this.outbox.put(entry);
    }
    this.#noteRow(address);
    this.#tellField(address);
    this.queue.soon();
  }

  // Someone chose between versions: `value` takes the place of all of them.
  /**
   * @param {T.Address} address
   * @param {any} value
   */
  settle(address, value) {
    const ids = this.current(address).map((answer) => answer.id);
    this.queue.now();
    this.edit(address, value, ids);
  }

  // --- listening ---

  /**
   * @param {Place} address
   * @param {() => void} callback
   */
  watch(address, callback) {
    const key = keyOf(address);
    this.fieldWatchers.set(key, [...(this.fieldWatchers.get(key) ?? []), callback]);
  }

  // `what` is "state", "rows", "sources", "answers" (anything answered or typed), "news" (prompts whose specialist would
  // answer otherwise by now), "file" or "told" (the reply to a piece of an upload, or to a question), "room" (the live
  // session has changed something here), or "connected" (back after a break: the server has forgotten what this page
  // asked for). Returns the function that unsubscribes.
  /**
   * @param {string} what
   * @param {(detail: any) => void} callback
   * @returns {() => void}
   */
  on(what, callback) {
    this.watchers[what].push(callback);
    return () => (this.watchers[what] = this.watchers[what].filter((one) => one !== callback));
  }

  // --- the connection ---

  start() {
    this.onMessage = (/** @type {M.FormReply} */ content) => this.#receive(content);
    this.onConnected = () => {
      this.#greet();
      this.queue.all();
      this.#tell("connected");
    };
    this.onLeaving = () => this.queue.all();
    this.onHidden = () => document.visibilityState === "hidden" && this.queue.now();
    this.onUnload = (/** @type {Event} */ event) => !this.outbox.keeps && this.outbox.entries().length && event.preventDefault();
    this.model.on("msg:custom", this.onMessage);
    this.model.on("ck:connected", this.onConnected);
    addEventListener("online", this.onConnected);
    addEventListener("pagehide", this.onLeaving);
    addEventListener("visibilitychange", this.onHidden);
    addEventListener("beforeunload", this.onUnload);
    this.#adopt();
    this.leftBehind = setTimeout(() => this.#adopt(), LEFT_BEHIND_MS);
    this.#greet();
  }

  stop() {
    this.queue.stop();
    clearTimeout(this.leftBehind);
    this.model.off("msg:custom", this.onMessage);
    this.model.off("ck:connected", this.onConnected);
    removeEventListener("online", this.onConnected);
    removeEventListener("pagehide", this.onLeaving);
    removeEventListener("visibilitychange", this.onHidden);
    removeEventListener("beforeunload", this.onUnload);
  }

  // Sends something other than an answer. It may be lost on its way: the caller repeats it until it is answered.
  /** @param {object} content */
  send(content) {
    this.#send(content);
  }

  // Asks for what was missed. A page whose connection says hello for all of its forms gives models that are `greeted`.
  #greet() {
    if (!this.model.get("greeted")) this.#hello(this.have);
  }

  /** @param {M.Have} have */
  #hello(have) {
    this.#send({ type: "hello", have });
  }

  // A closed connection may throw. Nothing is lost by it: what is not acknowledged is sent again.
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
      this.#tellField(entry);
    }
    if (left.length) this.queue.all();
  }

  /** @param {M.FormReply} content */
  #receive(content) {
    if (content.type === "saved") this.#saved(content);
    else if (content.type === "refused") this.#refused(content);
    else if (content.type === "trouble") this.#trouble(content);
    else if (content.type === "changes") this.#changes(content);
    else if (content.type === "sources") this.#tell("sources", content.prompts);
    else if (content.type === "room") this.#takeRoom(content);
    else if (content.type === "file" || content.type === "told") this.#tell(content.type, content);
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
      if (receipt.status !== "duplicate") this.#keep(entry, receipt);
      this.#noteRow(entry, receipt.seq);
      this.outbox.remove(entry.id);
    }
    this.#takeChecks(checks);
    for (const [, entry] of settled) this.#tellField(entry);
    // A teammate may have answered after it was saved the first time: ask for everything since.
    const again = receipts.filter((receipt) => receipt.status === "duplicate").map((receipt) => receipt.seq);
    if (again.length) this.#hello({ ...this.have, seq: Math.min(...again) - 1 });
    if (settled.length) this.queue.settled();
  }

  /**
   * @param {T.Entry} entry
   * @param {M.ReceiptView} receipt
   */
  #keep(entry, receipt) {
    const { id, prompt, row, scope, value, base } = entry;
    const answer = { id, prompt, row, scope, value, seq: receipt.seq, at: receipt.at, mine: true, who: this.me.name };
    const others = [...this.current(entry), ...receipt.others];
    const standing = scope === "person" ? [] : others.filter((other) => !base.includes(other.id));
    const byId = new Map([...standing, answer].map((one) => [one.id, one]));
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
      this.#tellField(entry);
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
    if (changes.whole) this.#forgetOthers(changes.fields);
    this.#take(changes, true);
    if (changes.news?.length) this.#tell("news", changes.news);
  }

  // Something was erased: `fields` are all current answers, and every other answer is gone.
  /** @param {M.FieldAnswers[]} fields */
  #forgetOthers(fields) {
    const standing = new Set(fields.map(keyOf));
    for (const [key, answers] of this.answers) {
      if (!answers.length || standing.has(key)) continue;
      const bar = key.indexOf("|");
      const address = { prompt: key.slice(0, bar), row: key.slice(bar + 1) };
      this.answers.set(key, []);
      this.#noteRow(address);
      this.#tellField(address);
    }
  }

  // The exercise was closed or opened, the team's ratings were revealed or have changed, or a reveal was refused. What was
  // typed before it was closed is sent once it is open.
  /** @param {M.ExerciseState} room */
  #takeRoom(room) {
    const wasLocked = this.room?.locked;
    if (!room.problem) this.room = room;
    this.#tell("room", room);
    if (wasLocked && !this.room?.locked) this.queue.all();
  }

  // Fields say beside an answer that it is not saved yet.
  #stateMayHaveChanged() {
    const { state } = this.queue;
    if (state !== this.state) {
      this.state = state;
      for (const entry of this.outbox.entries()) this.#tellField(entry);
    }
    this.#tell("state");
  }

  /**
   * @param {{fields: M.FieldAnswers[], checks: M.TextCheck[]}} arg
   * @param {boolean} live
   */
  #take({ fields, checks }, live) {
    for (const { prompt, row, answers } of fields) {
      const before = new Set(this.current({ prompt, row }).map((answer) => answer.id));
      const marked = answers.map((answer) => ({ ...answer, live: live && !before.has(answer.id) }));
      this.answers.set(keyOf({ prompt, row }), marked);
      this.#noteRow({ prompt, row }, answers[0]?.seq);
    }
    this.#takeChecks(checks);
    for (const field of fields) this.#tellField(field);
  }

  /** @param {M.TextCheck[]} checks */
  #takeChecks(checks) {
    for (const check of checks) this.checks.set(keyOf(check), check.findings);
  }

  // A row exists from its first answer on. Rows stand in the order in which those were saved, as they do on every teammate's
  // page; what is not saved yet comes last.
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
    this.#tell("rows", table);
  }

  // When this person was last heard, or null.
  #lastOfMine() {
    const mine = [...this.answers.values()].flat().filter((answer) => answer.mine);
    return mine.sort((a, b) => a.seq - b.seq).at(-1)?.at ?? null;
  }

  /** @param {Place} address */
  #tellField(address) {
    for (const callback of this.fieldWatchers.get(keyOf(address)) ?? []) callback();
    this.#tell("answers");
  }

  /**
   * @param {string} what
   * @param {any} [detail]
   */
  #tell(what, detail = null) {
    for (const callback of this.watchers[what]) callback(detail);
  }
}

/** @param {...string[]} lists */
function union(...lists) {
  return [...new Set(lists.flat())];
}

// A session page's WebSocket: forms, session events, commands and presence over one connection, opened again when it drops.
//
// Events: "open" (welcomed, also after a break), "lost" (no connection for a moment), "out" (the link has ended), "moved" (the
// person belongs to another state now), "full" (too many pages of this person are open), "reload" (the server has another version
// of the page or its content); and for each message its type, with the message as detail: "room", "team", "examples", "pictures",
// "board", "form", "result". After "out", "moved" and "reload" the connection stays closed; after "full" until `open` is called.
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const BACKOFF_MS = [300, 1000, 2000, 4000, 8000];
const PROBE_AFTER = 2; // Firefox makes pages wait that keep failing to connect: find out first whether the server is there
const PROBE_TIMEOUT_MS = 8000;
const OPEN_TIMEOUT_MS = 20000;
const BEAT_MS = 10000;
const PONG_TIMEOUT_MS = 20000;
const RESULT_TIMEOUT_MS = 20000;
const NOTICE_MS = 1500;
const STABLE_MS = 10000; // a connection that breaks sooner is one more failed attempt
/** @type {Record<number, string>} */
const ENDINGS = { 4401: "out", 4403: "moved" };
const FULL = 4408;
const LATER = { later: "", wait: 0 };

export class Connection extends EventTarget {
  #page;
  /** @type {WebSocket | null} */
  #socket = null;
  #isWelcome = false;
  #isEnded = false;
  #isFull = false;
  #attempts = 0;
  #welcomed = Infinity; // when the connection was opened
  #received = 0; // when the last frame came
  #pinged = 0; // when a ping was sent that nothing has come after
  /** @type {Map<string, {promise: Promise<T.Outcome>, resolve: (outcome: T.Outcome) => void, timer: number}>} */
  #commands = new Map(); // by id: {promise, settle}
  /** @type {number | undefined} */
  #patience;
  /** @type {number | undefined} */
  #noticing;
  /** @type {number | undefined} */
  #waiting;

  // `page`: {session, protocol, content, forms}. `forms` returns what the hello says of each form: [{exercise, have}].
  /** @param {T.PageInfo} page */
  constructor(page) {
    super();
    this.#page = page;
    setInterval(() => this.#beat(), BEAT_MS);
    addEventListener("online", () => this.#retry(0));
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", (event) => event.persisted && this.#drop());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#retry(0));
  }

  get isOpen() {
    return this.#isWelcome;
  }

  open() {
    if (this.#isEnded || this.#socket) return;
    clearTimeout(this.#waiting);
    this.#isFull = false;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/session/${this.#page.session}/connection`);
    this.#socket = socket;
    this.#patience = setTimeout(() => this.#drop(), OPEN_TIMEOUT_MS);
    socket.onopen = () => this.#greet();
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(code);
  }

  // A message of one form. While the connection is down it is dropped: forms keep what is not acknowledged.
  /**
   * @param {string} exercise
   * @param {object} message
   */
  sendForm(exercise, message) {
    this.#send({ type: "form", exercise, message });
  }

  // Runs a session command. {ok: true}, {refused: sentence} for what will never be taken, or {later: sentence, wait} (ms): to be
  // sent again under the same id.
  /**
   * @param {string} id
   * @param {string} kind
   * @param {string} subject
   * @param {object} [value]
   * @returns {Promise<T.Outcome>}
   */
  async act(id, kind, subject, value = {}) {
    if (!this.#isWelcome) return LATER;
    if (!this.#commands.has(id)) {
      const { promise, resolve } = defer();
      const timer = setTimeout(() => this.#settle(id, LATER), RESULT_TIMEOUT_MS);
      this.#commands.set(id, { promise, resolve, timer });
      this.#send({ type: "command", id, kind, subject, value });
    }
    return this.#commands.get(id)?.promise ?? LATER;
  }

  // Reports the exercise that has the focus, and whether something was typed. It may be lost.
  /**
   * @param {string} exercise
   * @param {boolean} active
   */
  presence(exercise, active) {
    this.#send({ type: "presence", exercise, active });
  }

  // --- receiving ---

  /** @param {M.ServerFrame} message */
  #receive(message) {
    this.#received = Date.now();
    this.#pinged = 0;
    const { type } = message;
    if (type === "pong") return;
    if (type === "welcome") this.#welcome();
    else if (type === "reload") this.#end("reload");
    else {
      if (type === "result") this.#settle(message.id, toResult(message));
      this.dispatchEvent(new CustomEvent(type, { detail: message }));
    }
  }

  #welcome() {
    clearTimeout(this.#patience);
    clearTimeout(this.#noticing);
    this.#noticing = undefined;
    this.#welcomed = Date.now();
    this.#isWelcome = true;
    this.dispatchEvent(new Event("open"));
  }

  /**
   * @param {string} id
   * @param {T.Outcome} result
   */
  #settle(id, result) {
    const command = this.#commands.get(id);
    if (!command) return;
    this.#commands.delete(id);
    clearTimeout(command.timer);
    command.resolve(result);
  }

  // --- sending ---

  #greet() {
    this.#received = Date.now();
    const { protocol, content, forms } = this.#page;
    this.#socket?.send(JSON.stringify({ type: "hello", protocol, content, forms: forms() }));
  }

  /** @param {object} message */
  #send(message) {
    if (this.#isWelcome) this.#socket?.send(JSON.stringify(message));
  }

  // A connection can die without a sign. After some silence the page asks for one; no answer means that it is dead. Timers of
  // a page in the background run late: what counts is the time since the question.
  #beat() {
    if (!this.#isWelcome) return;
    const now = Date.now();
    if (this.#pinged && now - this.#pinged > PONG_TIMEOUT_MS) this.#drop();
    else if (!this.#pinged && now - this.#received > BEAT_MS / 2) {
      this.#pinged = now;
      this.#send({ type: "ping" });
    }
  }

  // --- closing, and opening again ---

  /** @param {number} code */
  #closed(code) {
    this.#release();
    if (code in ENDINGS) this.#end(ENDINGS[code]);
    else if (code === FULL) {
      this.#isFull = true;
      clearTimeout(this.#noticing);
      this.#noticing = undefined;
      this.dispatchEvent(new Event("full"));
    } else this.#lost();
  }

  #drop() {
    if (!this.#socket) return;
    this.#release();
    this.#lost();
  }

  // Forgets the socket; what it was to bring will not come.
  #release() {
    clearTimeout(this.#patience);
    const socket = this.#socket;
    this.#socket = null;
    this.#isWelcome = false;
    this.#pinged = 0;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const id of [...this.#commands.keys()]) this.#settle(id, LATER);
  }

  #lost() {
    if (Date.now() - this.#welcomed > STABLE_MS) this.#attempts = 0;
    this.#welcomed = Infinity;
    this.#noticing ??= setTimeout(() => this.dispatchEvent(new Event("lost")), NOTICE_MS);
    this.#retry(BACKOFF_MS[Math.min(this.#attempts++, BACKOFF_MS.length - 1)]);
  }

  /** @param {string} how */
  #end(how) {
    this.#isEnded = true;
    clearTimeout(this.#noticing);
    clearTimeout(this.#waiting);
    this.#release();
    this.dispatchEvent(new Event(how));
  }

  // The pause is spread widely: after a restart of the server every page comes back.
  /** @param {number} pause */
  #retry(pause) {
    if (this.#isEnded || this.#isFull || this.#socket) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#tryAgain(), pause * (0.5 + Math.random()));
  }

  async #tryAgain() {
    const isUp = this.#attempts < PROBE_AFTER || (await isServerUp());
    if (this.#isEnded || this.#isFull || this.#socket) return;
    if (isUp) this.open();
    else this.#lost();
  }
}

function isServerUp() {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return fetch("/health", { cache: "no-store", signal }).then((answer) => answer.ok, () => false);
}

/**
 * @param {M.CommandResult} arg
 * @returns {T.Outcome}
 */
function toResult({ ok, refused, later, wait_s: wait = 0 }) {
  if (ok) return { ok: true };
  return refused === undefined || refused === null ? { later: later ?? "", wait: 1000 * wait } : { refused };
}

/** @returns {{promise: Promise<T.Outcome>, resolve: (outcome: T.Outcome) => void}} */
function defer() {
  /** @type {(outcome: T.Outcome) => void} */
  let resolve = () => {};
  /** @type {Promise<T.Outcome>} */
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

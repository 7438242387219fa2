// A session page's WebSocket: forms, session events, commands and presence over one connection that reconnects
// automatically.
//
// Events: "open" (welcomed, also after a reconnection), "lost" (temporarily disconnected), "expired" (the link is no
// longer valid), "moved" (the person belongs to another state now), "full" (too many pages of this person are open),
// "reload" (the server has another version of the page or its content); and for each message its type, with the message
// as detail: "session_status", "team", "teammates", "writing", "examples", "pictures", "board", "form", "requests",
// "result". After "expired", "moved" and "reload" the connection stays closed; after "full" until `open` is called.
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const BACKOFF_MS = [300, 1000, 2000, 4000, 8000];
const PROBE_AFTER = 2; // Firefox throttles failing connections: check over HTTP first
const PROBE_TIMEOUT_MS = 8000;
const OPEN_TIMEOUT_MS = 20000;
const HEARTBEAT_MS = 10000;
const PONG_TIMEOUT_MS = 20000;
const RESULT_TIMEOUT_MS = 20000;
const LOST_AFTER_MS = 1500;
const STABLE_MS = 10000; // a connection that breaks sooner counts as a failed attempt
/** @type {Record<number, string>} */
const END_EVENTS = { 4401: "expired", 4403: "moved" };
const TOO_MANY_PAGES = 4408;
const RETRY_LATER = { later: "", wait: 0 };

export class Connection extends EventTarget {
  #page;
  /** @type {WebSocket | null} */
  #socket = null;
  #isWelcome = false;
  #isEnded = false;
  #isFull = false;
  #attempts = 0;
  #welcomed = Infinity; // time when the connection was opened
  #received = 0; // time of the last frame
  #pinged = 0; // time of a ping without any frame since
  /** @type {Map<string, {promise: Promise<T.Outcome>, resolve: (outcome: T.Outcome) => void, timer: number}>} */
  #commands = new Map(); // by id: {promise, settle}
  /** @type {number | undefined} */
  #openTimer;
  /** @type {number | undefined} */
  #lostTimer;
  /** @type {number | undefined} */
  #retryTimer;

  // `page`: {session, protocol, content, forms, path}. `path` is the page's address, if it is not a session page. `forms` returns the hello's entry for each form: [{exercise, have}].
  /** @param {T.PageInfo} page */
  constructor(page) {
    super();
    this.#page = page;
    setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
    addEventListener("online", () => this.#retry(0));
    addEventListener("offline", () => this.#disconnect());
    addEventListener("pageshow", (event) => event.persisted && this.#disconnect());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#retry(0));
  }

  get isOpen() {
    return this.#isWelcome;
  }

  open() {
    if (this.#isEnded || this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#isFull = false;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.#page.path ?? `/session/${this.#page.session}`}/connection`);
    this.#socket = socket;
    this.#openTimer = setTimeout(() => this.#disconnect(), OPEN_TIMEOUT_MS);
    socket.onopen = () => this.#sendHello();
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#closed(code);
  }

  // Send a message of one form. While disconnected it is dropped: forms keep what is not acknowledged.
  /**
   * @param {string} exercise
   * @param {object} message
   */
  sendForm(exercise, message) {
    this.#send({ type: "form", exercise, message });
  }

  // Run a session command. {ok: true}, {refused: sentence} if it is invalid, or {later: sentence, wait} (ms) if it must
  // be sent again under the same id.
  /**
   * @param {string} id
   * @param {string} kind
   * @param {string} subject
   * @param {object} [value]
   * @returns {Promise<T.Outcome>}
   */
  async act(id, kind, subject, value = {}) {
    if (!this.#isWelcome) return RETRY_LATER;
    if (!this.#commands.has(id)) {
      const { promise, resolve } = defer();
      const timer = setTimeout(() => this.#settle(id, RETRY_LATER), RESULT_TIMEOUT_MS);
      this.#commands.set(id, { promise, resolve, timer });
      this.#send({ type: "command", id, kind, subject, value });
    }
    return this.#commands.get(id)?.promise ?? RETRY_LATER;
  }

  // Report the exercise in focus, and whether something was typed. Reports may get lost.
  /**
   * @param {string} exercise
   * @param {boolean} active
   */
  presence(exercise, active) {
    this.#send({ type: "presence", exercise, active });
  }

  // Report the team's field in which something was typed. Reports may get lost.
  /** @param {{exercise: string, prompt: string, row: string}} place */
  writing(place) {
    this.#send({ type: "writing", ...place });
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
    clearTimeout(this.#openTimer);
    clearTimeout(this.#lostTimer);
    this.#lostTimer = undefined;
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

  #sendHello() {
    this.#received = Date.now();
    const { protocol, content, forms } = this.#page;
    this.#socket?.send(JSON.stringify({ type: "hello", protocol, content, forms: forms() }));
  }

  /** @param {object} message */
  #send(message) {
    if (this.#isWelcome) this.#socket?.send(JSON.stringify(message));
  }

  // A connection can die silently. After a silence the page sends a ping; without a reply the connection is closed.
  // Timers of background pages run late, so the time since the ping counts.
  #heartbeat() {
    if (!this.#isWelcome) return;
    const now = Date.now();
    if (this.#pinged && now - this.#pinged > PONG_TIMEOUT_MS) this.#disconnect();
    else if (!this.#pinged && now - this.#received > HEARTBEAT_MS / 2) {
      this.#pinged = now;
      this.#send({ type: "ping" });
    }
  }

  // --- closing and reconnecting ---

  /** @param {number} code */
  #closed(code) {
    this.#release();
    if (code in END_EVENTS) this.#end(END_EVENTS[code]);
    else if (code === TOO_MANY_PAGES) {
      this.#isFull = true;
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.dispatchEvent(new Event("full"));
    } else this.#lost();
  }

  #disconnect() {
    if (!this.#socket) return;
    this.#release();
    this.#lost();
  }

  // Release the socket and ignore its later events.
  #release() {
    clearTimeout(this.#openTimer);
    const socket = this.#socket;
    this.#socket = null;
    this.#isWelcome = false;
    this.#pinged = 0;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    for (const id of [...this.#commands.keys()]) this.#settle(id, RETRY_LATER);
  }

  #lost() {
    if (Date.now() - this.#welcomed > STABLE_MS) this.#attempts = 0;
    this.#welcomed = Infinity;
    this.#lostTimer ??= setTimeout(() => this.dispatchEvent(new Event("lost")), LOST_AFTER_MS);
    this.#retry(BACKOFF_MS[Math.min(this.#attempts++, BACKOFF_MS.length - 1)]);
  }

  /** @param {string} event */
  #end(event) {
    this.#isEnded = true;
    clearTimeout(this.#lostTimer);
    clearTimeout(this.#retryTimer);
    this.#release();
    this.dispatchEvent(new Event(event));
  }

  // The delay has a wide jitter, because all pages reconnect after a server restart.
  /** @param {number} pause */
  #retry(pause) {
    if (this.#isEnded || this.#isFull || this.#socket) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#tryAgain(), pause * (0.5 + Math.random()));
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

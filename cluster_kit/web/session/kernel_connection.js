// The page's line to its kernel: Jupyter messages over a websocket, opened again when it drops, for as long as the kernel lives.
// Events: "open" (also after a break), "lost" (nobody answers), "gone" (the server is there, the kernel is not), "out" (the badge
// is over), "message" (detail: a Jupyter message).

const BACKOFF_MS = [300, 1000, 2000, 4000, 8000];
const PROBE_TIMEOUT_MS = 8000;
const OPEN_TIMEOUT_MS = 20000;
const BEAT_MS = 10000;
const SILENCE_MS = 25000;
const NOTICE_MS = 1500;

export function mint() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class KernelConnection extends EventTarget {
  #session = mint();
  /** @type {WebSocket | null} */
  #socket = null;
  #attempts = 0;
  #heard = 0;
  #ended = false;
  /** @type {number | undefined} */
  #noticing;

  /** @param {string} id */
  constructor(id) {
    super();
    this.address = `/api/kernels/${id}`;
    setInterval(() => this.#beat(), BEAT_MS);
    addEventListener("online", () => this.#again(0));
    addEventListener("offline", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.#close());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // Words for the kernel. While the line is down they are dropped: forms keep what they say until it is acknowledged.
  /**
   * @param {string} channel
   * @param {string} type
   * @param {object} content
   */
  send(channel, type, content) {
    if (!this.isOpen) return;
    const header = { msg_id: mint(), msg_type: type, session: this.#session, username: "", version: "5.3", date: new Date().toISOString() };
    this.#socket?.send(JSON.stringify({ channel, header, parent_header: {}, metadata: {}, content, buffers: [] }));
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.address}/channels?session_id=${this.#session}`);
    this.#socket = socket;
    const patience = setTimeout(() => this.#close(), OPEN_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(patience);
      clearTimeout(this.#noticing);
      this.#noticing = undefined;
      this.#attempts = 0;
      this.#heard = Date.now();
      this.#say("open");
    };
    socket.onmessage = ({ data }) => {
      this.#heard = Date.now();
      if (typeof data === "string") this.#receive(JSON.parse(data));
    };
    socket.onclose = () => {
      clearTimeout(patience);
      if (socket === this.#socket) this.#dropped();
    };
  }

  // No more attempts: the page is about to load again.
  /** @param {string} how */
  end(how) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#noticing);
    this.#socket?.close();
    this.#say(how);
  }

  /** @param {any} message */
  #receive(message) {
    const { header, content } = message;
    if (header.msg_type === "status" && ["dead", "restarting"].includes(content.execution_state)) this.end("gone");
    else this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #dropped() {
    this.#socket = null;
    this.#noticing ??= setTimeout(() => this.#say("lost"), NOTICE_MS);
    this.#again(BACKOFF_MS[Math.min(this.#attempts++, BACKOFF_MS.length - 1)]);
  }

  #close() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onclose = null;
    socket.close();
    this.#dropped();
  }

  /** @param {number} delay */
  #again(delay) {
    if (this.#ended || this.#socket) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#probe(), delay * (1 + Math.random() / 2));
  }

  // Is the kernel still there? Its address answers 204; 404 when it is gone, 403 when the badge is over.
  async #probe() {
    const status = await fetch(this.address, { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (this.#ended || this.#socket) return;
    if (status === 204) this.open();
    else if (status === 404) this.end("gone");
    else if (status === 403) this.end("out");
    else this.#dropped();
  }

  // A socket can die without a word. Ask the kernel for a sign of life; silence means that the line is dead.
  #beat() {
    if (!this.isOpen) return;
    const silence = Date.now() - this.#heard;
    if (this.asked && silence > SILENCE_MS) {
      this.asked = false;
      this.#close();
      return;
    }
    this.asked = silence > BEAT_MS / 2;
    if (this.asked) this.send("control", "kernel_info_request", {});
  }

  /** @param {string} what */
  #say(what) {
    this.dispatchEvent(new Event(what));
  }
}

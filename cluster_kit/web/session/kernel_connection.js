// The page's connection to its kernel: Jupyter messages over a WebSocket that reconnects while the kernel is alive.
// Events: "open" (also after a reconnection), "lost" (no response), "ended" (the kernel has ended), "expired" (the session
// cookie is no longer valid), "message" (detail: a Jupyter message).

const BACKOFF_MS = [300, 1000, 2000, 4000, 8000];
const PROBE_TIMEOUT_MS = 8000;
const OPEN_TIMEOUT_MS = 20000;
const HEARTBEAT_MS = 10000;
const REPLY_TIMEOUT_MS = 25000;
const LOST_AFTER_MS = 1500;

function mint() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class KernelConnection extends EventTarget {
  #session = mint();
  /** @type {WebSocket | null} */
  #socket = null;
  #attempts = 0;
  #received = 0;
  #ended = false;
  /** @type {number | undefined} */
  #lostTimer;

  /** @param {string} id */
  constructor(id) {
    super();
    this.address = `/api/kernels/${id}`;
    setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
    addEventListener("online", () => this.#retry(0));
    addEventListener("offline", () => this.#close());
    addEventListener("pageshow", (event) => event.persisted && this.#close());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // Send a message to the kernel. While disconnected it is dropped: forms keep what is not acknowledged.
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
    const openTimer = setTimeout(() => this.#close(), OPEN_TIMEOUT_MS);
    socket.onopen = () => {
      clearTimeout(openTimer);
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.#attempts = 0;
      this.#received = Date.now();
      this.#emit("open");
    };
    socket.onmessage = ({ data }) => {
      this.#received = Date.now();
      if (typeof data === "string") this.#receive(JSON.parse(data));
    };
    socket.onclose = () => {
      clearTimeout(openTimer);
      if (socket === this.#socket) this.#lost();
    };
  }

  // Stop reconnecting: the page is about to reload.
  /** @param {string} reason */
  end(reason) {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#lostTimer);
    this.#socket?.close();
    this.#emit(reason);
  }

  /** @param {any} message */
  #receive(message) {
    const { header, content } = message;
    if (header.msg_type === "status" && ["dead", "restarting"].includes(content.execution_state)) this.end("ended");
    else this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #lost() {
    this.#socket = null;
    this.#lostTimer ??= setTimeout(() => this.#emit("lost"), LOST_AFTER_MS);
    this.#retry(BACKOFF_MS[Math.min(this.#attempts++, BACKOFF_MS.length - 1)]);
  }

  #close() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onclose = null;
    socket.close();
    this.#lost();
  }

  /** @param {number} delay */
  #retry(delay) {
    if (this.#ended || this.#socket) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#probe(), delay * (1 + Math.random() / 2));
  }

  // Check whether the kernel is alive. Its address responds 204; 404 if it is gone, 403 without a valid session cookie.
  async #probe() {
    const status = await fetch(this.address, { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (this.#ended || this.#socket) return;
    if (status === 204) this.open();
    else if (status === 404) this.end("ended");
    else if (status === 403) this.end("expired");
    else this.#lost();
  }

  // A socket can die silently. Request a sign of life from the kernel; without a reply the connection is closed.
  #heartbeat() {
    if (!this.isOpen) return;
    const idle = Date.now() - this.#received;
    if (this.probing && idle > REPLY_TIMEOUT_MS) {
      this.probing = false;
      this.#close();
      return;
    }
    this.probing = idle > HEARTBEAT_MS / 2;
    if (this.probing) this.send("control", "kernel_info_request", {});
  }

  /** @param {string} event */
  #emit(event) {
    this.dispatchEvent(new Event(event));
  }
}

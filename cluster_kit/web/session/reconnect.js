// Connection banner and reconnection. Forms keep unsaved input on this device, and send it after a reload. Used by
// session pages (connection.js) and pages with a kernel (kernel_connection.js).

const TYPING_MS = 3000;
const IDLE_MS = 20000;
const LOOP_MS = 20000;
const HEALTH_MS = 5000;
const IN_USE = "input, select, textarea, :focus-visible"; // a field, or what the keyboard has come to
const LAST_RELOAD = "cluster-kit:returned";
const INTERRUPTED = "The connection was interrupted. What you type is kept on this device until you reconnect.";
// The connection cannot be restored on this page: reload.
const ENDED = {
  ended: INTERRUPTED,
  moved: "Your link belongs to another state's team now. What you typed here is kept on this device. Reconnect to see your team's page.",
  reload: "This page has changed on the server. What you type is kept on this device until you reconnect.",
};
const LOST = "Connection lost. What you type is kept on this device.";
const EXPIRED = "Your link has ended. What you type is kept on this device. Open your link again, or ask for a new one.";
const FULL = "You have this session open in too many windows. This one is disconnected, and what you type here is kept on this device. Close another window, then reconnect.";
const UNREACHABLE = "The server cannot be reached just now. What you type is kept on this device.";

export class Reconnect {
  #typed = -Infinity;
  /** @type {() => unknown} */
  #reconnect = () => this.#reload();

  /**
   * @param {EventTarget & {open(): void}} connection
   * @param {HTMLElement} status
   * @param {HTMLButtonElement} button
   */
  constructor(connection, status, button) {
    this.status = status;
    this.button = button;
    for (const what of ["input", "keydown"]) addEventListener(what, () => (this.#typed = performance.now()), true);
    button.addEventListener("click", () => this.#reconnect());
    connection.addEventListener("open", () => this.#setStatus(""));
    connection.addEventListener("lost", () => this.#setStatus(LOST));
    connection.addEventListener("expired", () => this.#setStatus(EXPIRED));
    connection.addEventListener("full", () => {
      this.#reconnect = () => connection.open();
      this.#setStatus(FULL, true);
    });
    this.header = status.closest(".ck-header");
    if (this.header) new ResizeObserver(() => this.#reserveSpace()).observe(this.header);
    for (const [event, sentence] of Object.entries(ENDED)) connection.addEventListener(event, () => this.#ended(sentence));
  }

  // Reload if no one types, is in a field, or uses the keyboard: a reload would take the place and the focus. Otherwise ask. A background page
  // waits until it is visible.
  /** @param {string} sentence */
  #ended(sentence) {
    this.#reconnect = () => this.#reload();
    if (document.hidden) {
      addEventListener("visibilitychange", () => this.#ended(sentence), { once: true });
      return;
    }
    const justNow = Date.now() - Number(sessionStorage.getItem(LAST_RELOAD)) < LOOP_MS;
    if (!justNow && this.#mayReload(TYPING_MS)) {
      this.#reload();
      return;
    }
    this.#setStatus(sentence, true);
    this.waiting = setInterval(() => this.#mayReload(IDLE_MS) && this.#reload(), 1000);
  }

  /** @param {number} idle milliseconds */
  #mayReload(idle) {
    return performance.now() - this.#typed > idle && !document.activeElement?.matches(IN_USE);
  }

  async #reload() {
    clearInterval(this.waiting);
    const isUp = await fetch("/health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!isUp) {
      this.#setStatus(UNREACHABLE, true);
      clearInterval(this.waiting);
      this.waiting = setInterval(() => this.#reload(), HEALTH_MS);
      return;
    }
    sessionStorage.setItem(LAST_RELOAD, String(Date.now()));
    location.reload();
  }

  /**
   * @param {string} sentence
   * @param {boolean} [canReconnect]
   */
  #setStatus(sentence, canReconnect = false) {
    this.status.textContent = sentence;
    this.button.hidden = !canReconnect;
    document.documentElement.classList.toggle("ck-disconnected", sentence !== "");
    this.#reserveSpace();
  }

  // While disconnected, the header stays at the top of the window: nothing that has the focus may be under it.
  #reserveSpace() {
    const height = /** @type {HTMLElement | null} */ (this.header)?.offsetHeight ?? 0;
    document.documentElement.style.setProperty("--ck-header-height", `${height}px`);
  }
}

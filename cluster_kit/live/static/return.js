// When the line is down: say so plainly, and come back as soon as there is somewhere to come back to. What was typed is kept by
// the forms on this computer, and is sent after the page has loaded again.

const TYPING_MS = 3000;
const IDLE_MS = 20000;
const LOOP_MS = 20000;
const LAST = "cluster-kit:returned";

export class Return {
  #typed = -Infinity;

  constructor(kernel, status, button) {
    Object.assign(this, { status, button });
    for (const what of ["input", "keydown"]) addEventListener(what, () => (this.#typed = performance.now()), true);
    button.addEventListener("click", () => this.#load());
    kernel.addEventListener("open", () => this.#say(""));
    kernel.addEventListener("lost", () => this.#say("Connection lost. What you type is kept on this computer."));
    kernel.addEventListener("gone", () => this.#gone());
    kernel.addEventListener("out", () => this.#say("Your link has ended. What you type is kept on this computer. Open your link again, or ask for a new one."));
  }

  // The server is there, and will make a new kernel when the page loads again. A page that nobody looks at waits.
  #gone() {
    if (document.hidden) {
      addEventListener("visibilitychange", () => this.#gone(), { once: true });
      return;
    }
    const justNow = Date.now() - Number(sessionStorage.getItem(LAST)) < LOOP_MS;
    if (!justNow && this.#idleFor(TYPING_MS)) {
      this.#load();
      return;
    }
    this.#say("The connection was interrupted. What you type is kept on this computer until you reconnect.");
    this.button.hidden = false;
    this.waiting = setInterval(() => this.#idleFor(IDLE_MS) && this.#load(), 1000);
  }

  #idleFor(duration) {
    return performance.now() - this.#typed > duration;
  }

  async #load() {
    clearInterval(this.waiting);
    const isUp = await fetch("/health", { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!isUp) {
      this.#say("The server cannot be reached just now. What you type is kept on this computer.");
      this.button.hidden = false;
      this.waiting = setInterval(() => this.#load(), 5000);
      return;
    }
    sessionStorage.setItem(LAST, String(Date.now()));
    location.reload();
  }

  #say(sentence) {
    this.status.textContent = sentence;
    document.documentElement.classList.toggle("ck-disconnected", sentence !== "");
  }
}

// The page's line to the room: what happens in the session comes as server-sent events, what is done here goes back as requests.
// Events: "room", "team", "examples", "pictures", "board" (detail: what the server says), "open" (also after a break).

const BACKOFF_MS = [1000, 2000, 4000, 8000, 15000];
const SILENCE_MS = 30000;
const LOOK_MS = 5000;
const PATIENCE_MS = 20000;
const SAID = ["room", "team", "examples", "pictures", "board"];

export class Floor extends EventTarget {
  #source = null;
  #heard = 0;
  #attempts = 0;
  #ended = false;

  constructor(session) {
    super();
    this.address = `/session/${session}`;
  }

  // Listen, and again whenever the line breaks: a server that starts anew, a laptop that was asleep.
  listen() {
    this.#open();
    setInterval(() => this.#source && Date.now() - this.#heard > SILENCE_MS && this.#again(), LOOK_MS);
    addEventListener("online", () => this.#open());
    addEventListener("offline", () => this.#again());
    addEventListener("pageshow", (event) => event.persisted && this.#open());
    document.addEventListener("visibilitychange", () => !document.hidden && !this.#source && this.#open());
  }

  // Do something. {ok: true}, {refused: sentence} for what will never be taken, or {later: sentence, wait} (ms).
  async act(id, kind, subject, value = {}) {
    const answer = await this.#post("floor", { id, kind, subject, value });
    if (!answer) return { later: "", wait: 0 };
    if (answer.ok) return { ok: true };
    const { sentence = "" } = await answer.json().catch(() => ({}));
    const passing = answer.status >= 500 || [401, 408, 429].includes(answer.status);
    if (!passing) return { refused: sentence || "The server did not take this." };
    return { later: sentence, wait: 1000 * Number(answer.headers.get("Retry-After") ?? 0) };
  }

  // Say what somebody is at. Nobody waits for the answer.
  here(exercise, active) {
    this.#post("here", { exercise, active });
  }

  // The server's answer, or null when there is none.
  async #post(where, what) {
    const token = document.querySelector(".ck-leave input[name=_xsrf]")?.value ?? "";
    const headers = { "Content-Type": "application/json", "X-XSRFToken": token };
    const body = JSON.stringify(what);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return fetch(`${this.address}/${where}`, { method: "POST", headers, body, signal }).catch(() => null);
  }

  #open() {
    if (this.#ended) return;
    clearTimeout(this.waiting);
    this.#source?.close();
    const source = new EventSource(`${this.address}/floor`);
    this.#source = source;
    this.#heard = Date.now();
    const hear = (name, then) => source.addEventListener(name, ({ data }) => {
      this.#heard = Date.now();
      then?.(JSON.parse(data));
    });
    for (const name of SAID) hear(name, (detail) => this.dispatchEvent(new CustomEvent(name, { detail })));
    hear("beat");
    hear("out", () => this.#close(true));
    hear("elsewhere", () => this.#close(false)); // more pages are open than are told: this one waits until it is looked at
    source.onopen = () => {
      this.#attempts = 0;
      this.dispatchEvent(new Event("open"));
    };
    source.onerror = () => source === this.#source && this.#again();
  }

  #close(forGood) {
    this.#ended = forGood;
    this.#source?.close();
    this.#source = null;
  }

  #again() {
    this.#close(this.#ended);
    clearTimeout(this.waiting);
    const pause = BACKOFF_MS[Math.min(this.#attempts++, BACKOFF_MS.length - 1)];
    this.waiting = setTimeout(() => this.#open(), pause * (0.5 + Math.random()));
  }
}

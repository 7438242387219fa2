// The forms of a session page: each placeholder becomes a form once the server has sent its opening, and the module and the
// exercises' definitions are loaded.

const ASK_AGAIN_MS = [2000, 4000, 8000, 15000, 30000];
const OPENING_TIMEOUT_MS = 30000;
const LOAD_AGAIN_MS = [2000, 5000, 10000, 30000];
const NOT_LOADED = "This exercise could not be loaded just now. It is tried again in a moment; your answers are safe.";
const NOT_OPENED = "This exercise could not be opened just now. It is tried again in a moment; your answers are safe.";
const NOT_SHOWN = "This exercise could not be shown. Load the page again; your answers are safe.";

export class FormModels {
  #connection;
  #models;
  #assets;
  #loading = null;
  #attempts = 0;
  #waiting;
  #firstShown;
  // Resolves when the first form can be filled out.
  first = new Promise((resolve) => (this.#firstShown = resolve));

  // `elements` are the placeholders; `assets` are the addresses {form, exercises} of the module and the definitions.
  constructor(elements, assets) {
    this.#assets = assets;
    this.#models = new Map(elements.map((el) => [el.dataset.exercise, new FormModel(el, this)]));
    if (elements.length) this.#load();
  }

  // What a connection's hello says of each form.
  list() {
    return [...this.#models].map(([exercise, { have }]) => ({ exercise, have }));
  }

  follow(connection) {
    this.#connection = connection;
    connection.addEventListener("form", ({ detail }) => this.#models.get(detail.exercise)?.receive(detail.message));
    connection.addEventListener("open", () => {
      for (const model of this.#models.values()) model.connected();
      this.showAll();
    });
  }

  send(exercise, message) {
    this.#connection.sendForm(exercise, message);
  }

  // Shows every form whose opening is here.
  async showAll() {
    const ready = [...this.#models.values()].filter((model) => model.isReady);
    if (!ready.length) return;
    const loaded = await this.#load();
    if (!loaded) {
      for (const model of ready) model.say(NOT_LOADED);
      return;
    }
    for (const model of ready) {
      if (await model.show(loaded)) this.#firstShown();
      await breathe();
    }
  }

  // {form, exercises}, or null when they cannot be loaded now; then it is tried again after a while, and when the connection is back.
  #load() {
    clearTimeout(this.#waiting);
    this.#loading ??= load(this.#assets, this.#attempts).catch((error) => {
      console.error(error);
      this.#loading = null;
      this.#waiting = setTimeout(() => this.showAll(), spread(LOAD_AGAIN_MS, this.#attempts++));
      return null;
    });
    return this.#loading;
  }
}

// One form's model, with the interface of anywidget's models, and its place on the page.
class FormModel {
  #el;
  #page;
  #state = null; // what `get` returns, once the opening is here
  #early = []; // messages from before the form was shown
  #isShowing = false; // being built, or shown
  #isShown = false;
  #listeners = new Map();
  #attempts = 0;
  #asking;
  // How much of the answers has arrived, or null.
  have = null;

  constructor(el, page) {
    this.#el = el;
    this.#page = page;
    this.exercise = el.dataset.exercise;
  }

  // --- what a form uses ---

  get(key) {
    return this.#state[key];
  }

  on(event, callback) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
  }

  off(event, callback) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((one) => one !== callback));
  }

  send(message) {
    this.#page.send(this.exercise, message);
  }

  // --- what the page uses ---

  get isReady() {
    return Boolean(this.#state) && !this.#isShowing;
  }

  fire(event, ...details) {
    for (const callback of this.#listeners.get(event) ?? []) callback(...details);
  }

  // The connection has said hello for this form.
  connected() {
    if (this.#state) this.fire("ck:connected");
    else this.#askAgain(OPENING_TIMEOUT_MS);
  }

  receive(message) {
    if (message.type === "opening") this.#open(message);
    else if (this.#state) this.#pass(message);
    else if (message.type === "trouble") {
      this.say(message.sentence);
      this.#askAgain(spread(ASK_AGAIN_MS, this.#attempts++));
    }
  }

  // Whether the form is shown now.
  async show({ form, exercises }) {
    if (!this.isReady) return false;
    this.#isShowing = true;
    try {
      this.#state.schema = exercises[this.exercise];
      this.#el.replaceChildren();
      await form.render({ model: this, el: this.#el });
    } catch (error) {
      console.error(error);
      this.say(NOT_SHOWN);
      return false;
    }
    this.#isShown = true;
    for (const message of this.#early.splice(0)) this.fire("msg:custom", message, []);
    return true;
  }

  // A sentence in the form's place.
  say(sentence) {
    const words = document.createElement("p");
    words.className = "ck-trouble";
    words.textContent = sentence;
    this.#el.replaceChildren(words);
  }

  // --- messages ---

  // A second opening brings nothing new to a form that is shown: it has received every change since the first.
  #open(opening) {
    clearTimeout(this.#asking);
    if (this.#isShowing) return;
    const { seq, erased } = opening.answers;
    this.have = { seq, erased };
    this.#state = { opening, greeted: true };
    this.#early = [];
    this.#page.showAll();
  }

  #pass(message) {
    if (message.type === "changes") this.have = { seq: Math.max(this.have.seq, message.seq), erased: message.erased };
    if (this.#isShown) this.fire("msg:custom", message, []);
    else this.#early.push(message);
  }

  #askAgain(pause) {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      if (pause === OPENING_TIMEOUT_MS) this.say(NOT_OPENED);
      this.send({ type: "hello", have: null });
      this.#askAgain(OPENING_TIMEOUT_MS);
    }, pause);
  }
}

async function load({ form, exercises }, attempt) {
  // A browser may keep in mind that a module could not be loaded: another address makes it try again.
  const address = attempt ? `${form}?attempt=${attempt}` : form;
  const [module, definitions] = await Promise.all([import(address), fetchJson(exercises)]);
  return { form: module.default, exercises: definitions };
}

async function fetchJson(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// Building many forms at once would keep the page from answering to its visitor.
function breathe() {
  return new Promise((resolve) => setTimeout(resolve));
}

function spread(pauses, attempt) {
  return pauses[Math.min(attempt, pauses.length - 1)] * (0.5 + Math.random());
}

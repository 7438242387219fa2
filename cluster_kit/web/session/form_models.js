// The forms of a session page: each placeholder becomes a form once its opening, the module, and the exercises'
// definitions have arrived.
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import * as S from "../shared/types.js" */

const REQUEST_AGAIN_MS = [2000, 4000, 8000, 15000, 30000];
const OPENING_TIMEOUT_MS = 30000;
const LOAD_AGAIN_MS = [2000, 5000, 10000, 30000];
const NOT_LOADED = "This exercise could not be loaded just now. It is tried again in a moment; your answers are safe.";
const NOT_OPENED = "This exercise could not be opened just now. It is tried again in a moment; your answers are safe.";
const NOT_SHOWN = "This exercise could not be shown. Reload the page; your answers are safe.";

/** @typedef {{form: S.Widget, exercises: Record<string, M.ExerciseView>}} Loaded */

export class FormModels {
  /** @type {T.PageConnection | undefined} */
  #connection;
  #models;
  #assets;
  /** @type {Promise<Loaded | null> | null} */
  #loading = null;
  #attempts = 0;
  /** @type {number | undefined} */
  #loadTimer;
  /** @type {(value?: unknown) => void} */
  #firstShown = () => {};
  // Resolves when the first form can be filled out.
  first = new Promise((resolve) => (this.#firstShown = resolve));

  // `elements` are the placeholders; `assets` has the addresses {form, exercises} of the module and the definitions.
  /**
   * @param {HTMLElement[]} elements
   * @param {T.FormAssets} assets
   */
  constructor(elements, assets) {
    this.#assets = assets;
    this.#models = new Map(elements.map((el) => [el.dataset.exercise ?? "", new FormModel(el, this)]));
    if (elements.length) this.#load();
  }

  // The hello's entry for each form.
  list() {
    return [...this.#models].map(([exercise, { have }]) => ({ exercise, have }));
  }

  /** @param {T.PageConnection} connection */
  follow(connection) {
    this.#connection = connection;
    connection.addEventListener("form", ({ detail }) => this.#models.get(detail.exercise)?.receive(detail.message));
    connection.addEventListener("open", () => {
      for (const model of this.#models.values()) model.connected();
      this.showAll();
    });
  }

  /**
   * @param {string} exercise
   * @param {object} message
   */
  send(exercise, message) {
    this.#connection?.sendForm(exercise, message);
  }

  // Show every form that has received its opening.
  async showAll() {
    const ready = [...this.#models.values()].filter((model) => model.isReady);
    if (!ready.length) return;
    const loaded = await this.#load();
    if (!loaded) {
      for (const model of ready) model.showMessage(NOT_LOADED);
      return;
    }
    for (const model of ready) {
      if (await model.show(loaded)) this.#firstShown();
      await yieldToBrowser();
    }
  }

  // {form, exercises}, or null if they cannot be loaded now; loading is retried after a while, and after a
  // reconnection.
  /** @returns {Promise<Loaded | null>} */
  #load() {
    clearTimeout(this.#loadTimer);
    this.#loading ??= load(this.#assets, this.#attempts).catch((error) => {
      console.error(error);
      this.#loading = null;
      this.#loadTimer = setTimeout(() => this.showAll(), jitter(LOAD_AGAIN_MS, this.#attempts++));
      return null;
    });
    return this.#loading;
  }
}

// One form's model, with the interface of anywidget's models, and its place on the page.
class FormModel {
  #el;
  #page;
  /** @type {Record<string, any> | null} */
  #state = null; // returned by `get`, once the opening has arrived
  /** @type {M.FormReply[]} */
  #buffered = []; // messages received before the form was shown
  #isShowing = false; // being built, or shown
  #isShown = false;
  /** @type {Map<string, Array<(...details: any[]) => void>>} */
  #listeners = new Map();
  #attempts = 0;
  /** @type {number | undefined} */
  #requestTimer;
  // How much of the answers has arrived, or null.
  /** @type {M.Have | null} */
  have = null;

  /**
   * @param {HTMLElement} el
   * @param {FormModels} page
   */
  constructor(el, page) {
    this.#el = el;
    this.#page = page;
    this.exercise = el.dataset.exercise ?? "";
  }

  // --- the anywidget model interface ---

  /** @param {string} key */
  get(key) {
    return this.#state?.[key];
  }

  /**
   * @param {string} event
   * @param {(...details: any[]) => void} callback
   */
  on(event, callback) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
  }

  /**
   * @param {string} event
   * @param {(...details: any[]) => void} callback
   */
  off(event, callback) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((one) => one !== callback));
  }

  /** @param {object} message */
  send(message) {
    this.#page.send(this.exercise, message);
  }

  // --- called by the page ---

  get isReady() {
    return Boolean(this.#state) && !this.#isShowing;
  }

  /**
   * @param {string} event
   * @param {...any} details
   */
  fire(event, ...details) {
    for (const callback of this.#listeners.get(event) ?? []) callback(...details);
  }

  // The connection has said hello for this form.
  connected() {
    if (this.#state) this.fire("ck:connected");
    else this.#requestAgain(OPENING_TIMEOUT_MS);
  }

  /** @param {M.FormReply} message */
  receive(message) {
    if (message.type === "opening") this.#open(message);
    else if (this.#state) this.#forward(message);
    else if (message.type === "trouble") {
      this.showMessage(message.sentence);
      this.#requestAgain(jitter(REQUEST_AGAIN_MS, this.#attempts++));
    }
  }

  // Whether the form is shown now.
  /** @param {Loaded} arg */
  async show({ form, exercises }) {
    if (!this.isReady) return false;
    this.#isShowing = true;
    try {
      this.#state = { ...this.#state, schema: exercises[this.exercise] };
      this.#el.replaceChildren();
      await form.render({ model: this, el: this.#el });
    } catch (error) {
      console.error(error);
      this.showMessage(NOT_SHOWN);
      return false;
    }
    this.#isShown = true;
    for (const message of this.#buffered.splice(0)) this.fire("msg:custom", message, []);
    return true;
  }

  // Show a sentence in the form's place.
  /** @param {string} sentence */
  showMessage(sentence) {
    const words = document.createElement("p");
    words.className = "ck-trouble";
    words.textContent = sentence;
    this.#el.replaceChildren(words);
  }

  // --- messages ---

  // A form that is shown ignores a second opening: it has received every change since the first.
  /** @param {M.FormOpening} opening */
  #open(opening) {
    clearTimeout(this.#requestTimer);
    if (this.#isShowing) return;
    const { seq, erased } = opening.answers;
    this.have = { seq, erased };
    this.#state = { opening, greeted: true };
    this.#buffered = [];
    this.#page.showAll();
  }

  /** @param {M.FormReply} message */
  #forward(message) {
    if (message.type === "changes") this.have = { seq: Math.max(this.have?.seq ?? 0, message.seq), erased: message.erased };
    if (this.#isShown) this.fire("msg:custom", message, []);
    else this.#buffered.push(message);
  }

  /** @param {number} pause */
  #requestAgain(pause) {
    clearTimeout(this.#requestTimer);
    this.#requestTimer = setTimeout(() => {
      if (pause === OPENING_TIMEOUT_MS) this.showMessage(NOT_OPENED);
      this.send({ type: "hello", have: null });
      this.#requestAgain(OPENING_TIMEOUT_MS);
    }, pause);
  }
}

/**
 * @param {T.FormAssets} arg
 * @param {number} attempt
 */
async function load({ form, exercises }, attempt) {
  // Browsers may cache a failed module load: another address forces a retry.
  const address = attempt ? `${form}?attempt=${attempt}` : form;
  const [module, definitions] = await Promise.all([import(address), fetchJson(exercises)]);
  return { form: module.default, exercises: definitions };
}

/** @param {string} address */
async function fetchJson(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// Building many forms at once would keep the page from answering to its visitor.
function yieldToBrowser() {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * @param {number[]} pauses
 * @param {number} attempt
 */
function jitter(pauses, attempt) {
  return pauses[Math.min(attempt, pauses.length - 1)] * (0.5 + Math.random());
}

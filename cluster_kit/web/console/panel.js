// What every panel of the console shares: its line to the kernel, what it is told, and what it asks to be done.
import { elementId, h, mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {M.PanelCommand | M.PanelQuestion} Asked */
/** @typedef {{sentence: string, again: boolean}} Refusal */

const PATIENCE_MS = 4000;
const WAITING = "No answer yet. This is sent again as soon as the connection is back.";

// A widget's module from a function that builds a panel. `build(panel)` fills panel.root, and returns what is to be called with
// the whole view whenever something in it has changed.
/**
 * @template V
 * @param {(panel: Panel<V>) => (view: V) => void} build
 * @returns {S.Widget}
 */
export function definePanel(build) {
  return {
    render({ model, el }) {
      /** @type {Panel<V>} */
      const panel = new Panel(model);
      const update = build(panel);
      el.replaceChildren(panel.root);
      return panel.start(update);
    },
  };
}

/** @template V */
export class Panel {
  /** @type {Map<string, {message: Asked, resolve: (reply: any) => void, reject: (refusal: Refusal) => void}>} */
  #asked = new Map();
  /** @type {number | undefined} */
  ticking;
  /** @type {((isSeen: boolean) => void) | undefined} */
  onSeen;

  /** @param {S.WidgetModel} model */
  constructor(model) {
    this.model = model;
    /** @type {V} */
    this.view = structuredClone(model.get("view"));
    this.skew = 0; // how far this computer's clock is behind the server's
    this.says = h("p", { class: "ck-panel-says", role: "status" });
    this.root = h("section", { class: "ck-panel" });
  }

  /** @param {(view: V) => void} update */
  start(update) {
    /** @param {M.PanelReply} content */
    const receive = (content) => this.#receive(content, update);
    const greet = () => this.#greet();
    this.model.on("msg:custom", receive);
    this.model.on("ck:connected", greet);
    update(this.view);
    greet();
    return () => {
      clearInterval(this.ticking);
      this.model.off("msg:custom", receive);
      this.model.off("ck:connected", greet);
    };
  }

  // The frame of most panels: a heading, what the panel says, and what is put into it.
  /**
   * @param {string} title
   * @param {...S.Child} children
   */
  frame(title, ...children) {
    const id = elementId("panel");
    this.root.setAttribute("aria-labelledby", id);
    this.root.append(h("h2", { id }, title), this.says, .../** @type {Node[]} */ (children));
  }

  // Do this again and again, as long as the panel is shown.
  /**
   * @param {number} milliseconds
   * @param {() => void} act
   */
  every(milliseconds, act) {
    this.ticking = setInterval(act, milliseconds);
  }

  // The server's time, in milliseconds.
  now() {
    return Date.now() + this.skew;
  }

  // Have something done, and kept: true when it was. What went wrong is said in the panel, and can be tried again under the same id,
  // so that nothing is done twice.
  /**
   * @param {keyof M.CommandValues} kind
   * @param {T.ActOptions} [arg1]
   * @returns {Promise<boolean>}
   */
  async act(kind, { subject = "", jurisdiction = "", value = {}, id = mintId() } = {}) {
    /** @type {M.PanelCommand} */
    const message = { type: "do", id, kind, subject, jurisdiction, value };
    try {
      await this.#send(message);
    } catch (refusal) {
      this.#complain(/** @type {Refusal} */ (refusal), () => this.act(kind, { subject, jurisdiction, value, id }));
      return false;
    }
    this.say("");
    return true;
  }

  // What the kernel says to a question; null where it cannot answer, and then the panel says why.
  /**
   * @param {string} about
   * @param {object} [asked]
   * @returns {Promise<any>}
   */
  async ask(about, asked = {}) {
    try {
      const told = await this.#send({ type: "ask", id: mintId(), about, asked });
      this.say("");
      return told.told;
    } catch (refusal) {
      this.#complain(/** @type {Refusal} */ (refusal));
      return null;
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    this.says.replaceChildren(sentence);
    this.says.classList.remove("ck-panel-trouble");
  }

  /**
   * @param {Refusal} arg
   * @param {() => unknown} [retry]
   */
  #complain({ sentence, again }, retry) {
    this.says.classList.add("ck-panel-trouble");
    this.says.replaceChildren(sentence);
    if (again && retry) this.says.append(" ", h("button", { type: "button", onclick: retry }, "Try again"));
  }

  /**
   * @param {Asked} message
   * @returns {Promise<any>}
   */
  #send(message) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.say(WAITING), PATIENCE_MS);
      /** @param {(words: any) => void} how */
      const settle = (how) => (/** @type {any} */ words) => {
        clearTimeout(late);
        this.#asked.delete(message.id);
        how(words);
      };
      this.#asked.set(message.id, { message, resolve: settle(resolve), reject: settle(reject) });
      this.model.send(message);
    });
  }

  // After a break: everything anew, and once more what nobody has answered.
  #greet() {
    this.model.send({ type: "hello" });
    for (const { message } of this.#asked.values()) this.model.send(message);
  }

  /**
   * @param {M.PanelReply} content
   * @param {(view: V) => void} update
   */
  #receive(content, update) {
    if (content.type === "view") {
      this.skew = Date.parse(content.now) - Date.now();
      const kept = Object.entries(content.whole ? {} : /** @type {object} */ (this.view));
      this.view = /** @type {V} */ ({ ...Object.fromEntries(kept.filter(([key]) => !content.gone.includes(key))), ...content.changed });
      update(this.view);
    } else if (content.type === "seen") this.onSeen?.(content.seen);
    else {
      const asked = this.#asked.get(content.id ?? "");
      if (content.type === "done" || content.type === "told") asked?.resolve(content);
      else asked?.reject({ sentence: content.sentence, again: content.type === "trouble" });
    }
  }
}

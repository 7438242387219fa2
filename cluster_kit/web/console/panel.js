// Base of the console's panels: connection to the kernel, view updates, commands, and questions.
import { elementId, h, mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @typedef {M.PanelCommand | M.PanelQuestion} PanelRequest */
/** @typedef {M.CommandDone | M.PanelAnswer} PanelResponse */
/** @typedef {Extract<M.PanelReply, {type: "view"}>} PanelUpdate */
/** @typedef {{sentence: string, isTemporary: boolean}} Refusal */

const REPLY_TIMEOUT_MS = 4000;
const MOST_OWN = 50; // the server's limit
const WAITING = "No answer yet. This is sent again as soon as the connection is back.";

/** @type {string[]} */
const ownCommands = []; // ids of what this page did last, in any panel: it does not conflict with itself

// A widget module from a function that builds a panel. `build(panel)` fills panel.root, and returns a callback for the
// whole view, called on every change.
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
  /** @type {Map<string, {message: PanelRequest, resolve: (reply: PanelResponse) => void, reject: (refusal: Refusal) => void}>} */
  #pending = new Map();
  #seq = 0; // the newest event in the view
  /** @type {number | undefined} */
  ticking;
  /** @type {((isSeen: boolean) => void) | undefined} */
  onFreshness;

  /** @param {S.WidgetModel} model */
  constructor(model) {
    this.model = model;
    /** @type {V} */
    this.view = structuredClone(model.get("view"));
    this.skew = 0; // the server's clock minus this computer's, in ms
    this.status = h("p", { class: "ck-panel-status", role: "status" });
    const module = String(model.get("module") ?? "").replace("console/", "").replace(".js", "");
    this.root = h("section", { class: "ck-panel", "data-module": module });
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

  // The frame of most panels: a heading, a message line, and the content.
  /**
   * @param {string} title
   * @param {...S.Child} children
   */
  frame(title, ...children) {
    const id = elementId("panel");
    this.root.setAttribute("aria-labelledby", id);
    this.root.append(h("h2", { id }, title), this.status, .../** @type {Node[]} */ (children));
  }

  // Call this periodically while the panel is shown.
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

  // The state that is shown. A command that asks first passes the basis from before the question.
  basis() {
    return { seq: this.#seq, known: [...ownCommands] };
  }

  // Run a command; true once it is stored. The panel shows a failure, and offers a retry under the same id, which makes
  // it idempotent.
  /**
   * @template {keyof M.CommandValues} K
   * @param {K} kind
   * @param {T.ActOptions<K>} [options]
   * @returns {Promise<boolean>}
   */
  async act(kind, options = {}) {
    const { subject = "", jurisdiction = "", value = {}, id = mintId(), basis = this.basis(), status = this.status } = options;
    /** @type {M.PanelCommand} */
    const message = { type: "do", id, kind, subject, jurisdiction, value, basis };
    try {
      await this.#send(message);
      ownCommands.push(id);
      ownCommands.splice(0, ownCommands.length - MOST_OWN);
    } catch (refusal) {
      this.#showRefusal(/** @type {Refusal} */ (refusal), () => this.act(kind, { ...options, id, basis }), status);
      if (!(/** @type {Refusal} */ (refusal).isTemporary)) this.model.send({ type: "hello" }); // its view may be old
      return false;
    }
    this.setStatus("");
    this.setStatus("", status);
    return true;
  }

  // The kernel's answer to a question; null on failure, which the panel explains.
  /**
   * @template {keyof M.PanelAnswers} K
   * @param {K} about
   * @param {object} [asked]
   * @returns {Promise<M.PanelAnswers[K] | null>}
   */
  async ask(about, asked = {}) {
    try {
      const reply = await this.#send({ type: "ask", id: mintId(), about, asked });
      this.setStatus("");
      return reply.type === "answer" ? /** @type {M.PanelAnswers[K]} */ (reply.answer) : null;
    } catch (refusal) {
      this.#showRefusal(/** @type {Refusal} */ (refusal));
      return null;
    }
  }

  /**
   * @param {string} sentence
   * @param {HTMLElement} [status]
   */
  setStatus(sentence, status = this.status) {
    status.replaceChildren(sentence);
    status.classList.remove("ck-panel-trouble");
  }

  /**
   * @param {Refusal} arg
   * @param {() => unknown} [retry]
   * @param {HTMLElement} [status] where to show it; a form has its own
   */
  #showRefusal({ sentence, isTemporary }, retry, status = this.status) {
    status.classList.add("ck-panel-trouble");
    status.replaceChildren(sentence);
    if (isTemporary && retry) status.append(" ", h("button", { type: "button", onclick: retry }, "Try again"));
  }

  /**
   * @param {PanelRequest} message
   * @returns {Promise<PanelResponse>}
   */
  #send(message) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.setStatus(WAITING), REPLY_TIMEOUT_MS);
      /**
       * @template R
       * @param {(result: R) => void} callback
       */
      const settle = (callback) => (/** @type {R} */ result) => {
        clearTimeout(late);
        this.#pending.delete(message.id);
        callback(result);
      };
      this.#pending.set(message.id, { message, resolve: settle(resolve), reject: settle(reject) });
      this.model.send(message);
    });
  }

  // After a reconnection: request the whole view, and resend unanswered requests.
  #greet() {
    this.model.send({ type: "hello" });
    for (const { message } of this.#pending.values()) this.model.send(message);
  }

  /**
   * @param {M.PanelReply} content
   * @param {(view: V) => void} update
   */
  #receive(content, update) {
    if (content.type === "view") {
      this.skew = Date.parse(content.now) - Date.now();
      this.#seq = content.seq ?? this.#seq;
      this.#apply(content);
      update(this.view);
    } else if (content.type === "seen") this.onFreshness?.(content.seen);
    else {
      const request = this.#pending.get(content.id ?? "");
      if (content.type === "done" || content.type === "answer") request?.resolve(content);
      else request?.reject({ sentence: content.sentence, isTemporary: content.type === "trouble" });
    }
  }

  // Replace the changed fields, and add, replace, or (null) remove the changed entries of those that map ids.
  /** @param {PanelUpdate} update */
  #apply(update) {
    /** @type {Record<string, unknown>} */
    const view = { ...(update.whole ? {} : this.view), ...update.changed };
    for (const [field, entries] of Object.entries("entries" in update ? update.entries : {})) {
      const merged = Object.entries({ .../** @type {object} */ (view[field]), ...entries });
      view[field] = Object.fromEntries(merged.filter(([, value]) => value !== null));
    }
    this.view = /** @type {V} */ (/** @type {unknown} */ (view));
  }
}

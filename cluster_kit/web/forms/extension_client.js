// Requests to the extension of one prompt. A request is repeated until it is answered; requests are idempotent.
import { mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import {FormStore} from "./form_store.js" */
/** @typedef {{content: M.Ask, resolve: (reply: any) => void, reject: (problem: Error) => void, timer?: number}} Question */

const AGAIN_MS = 15_000;

export class ExtensionClient {
  /**
   * @param {FormStore} store
   * @param {string} prompt
   */
  constructor(store, prompt) {
    this.store = store;
    this.prompt = prompt;
    /** @type {Map<string, Question>} */
    this.open = new Map();
    store.on("reply", (content) => this.#receive(content));
    store.on("connected", () => {
      for (const question of this.open.values()) this.#send(question);
    });
  }

  // Resolves with the answer, or rejects with a plain sentence. `rows` are those whose answers the page subscribes to.
  /**
   * @param {string} what
   * @param {object} [more]
   * @param {string[]} [rows]
   * @returns {Promise<any>}
   */
  ask(what, more = {}, rows = []) {
    return new Promise((resolve, reject) => {
      /** @type {M.Ask} */
      const content = { type: "ask", message: mintId(), prompt: this.prompt, asked: { what, ...more }, rows };
      /** @type {Question} */
      const question = { content, resolve, reject };
      this.open.set(content.message, question);
      this.#send(question);
    });
  }

  /** @param {Question} question */
  #send(question) {
    clearTimeout(question.timer);
    question.timer = setTimeout(() => this.#send(question), AGAIN_MS);
    this.store.send(question.content);
  }

  /** @param {M.ExtensionReply} arg */
  #receive({ message, reply, problem }) {
    const question = this.open.get(message);
    if (!question) return;
    this.open.delete(message);
    clearTimeout(question.timer);
    if (problem) question.reject(new Error(problem));
    else question.resolve(reply);
  }
}

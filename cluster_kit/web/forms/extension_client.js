// Questions to the extension of one prompt. A question is repeated until it is answered: a second answer changes nothing.
import { mintId } from "../shared/dom.js";

const AGAIN_MS = 15_000;

export class ExtensionClient {
  constructor(store, prompt) {
    Object.assign(this, { store, prompt, open: new Map() });
    store.on("told", (content) => this.#receive(content));
    store.on("connected", () => this.open.forEach((question) => this.#send(question)));
  }

  // Resolves with the answer, or rejects with a plain sentence. `rows` are those whose answers the page follows from now on.
  ask(what, more = {}, rows = []) {
    return new Promise((resolve, reject) => {
      const content = { type: "ask", message: mintId(), prompt: this.prompt, asked: { what, ...more }, rows };
      const question = { content, resolve, reject };
      this.open.set(content.message, question);
      this.#send(question);
    });
  }

  #send(question) {
    clearTimeout(question.timer);
    question.timer = setTimeout(() => this.#send(question), AGAIN_MS);
    this.store.send(question.content);
  }

  #receive({ message, told, problem }) {
    const question = this.open.get(message);
    if (!question) return;
    this.open.delete(message);
    clearTimeout(question.timer);
    if (problem) question.reject(new Error(problem));
    else question.resolve(told);
  }
}

// Questions to the kernel about one prompt. A question is asked again until it is answered: a second answer changes nothing.
import { mintId } from "./dom.js";

const AGAIN_MS = 15_000;

export class Asking {
  constructor(desk, prompt) {
    Object.assign(this, { desk, prompt, open: new Map() });
    desk.on("told", (content) => this.#hear(content));
    desk.on("connected", () => this.open.forEach((question) => this.#send(question)));
  }

  // What the kernel tells, or an error with a plain sentence. `rows` are those whose answers the page wants to follow.
  ask(what, more = {}, rows = []) {
    return new Promise((resolve, reject) => {
      const message = mintId();
      const question = { type: "ask", message, prompt: this.prompt, asked: { what, ...more }, rows };
      this.open.set(message, Object.assign(question, { settle: { resolve, reject } }));
      this.#send(question);
    });
  }

  #send({ settle, ...question }) {
    this.desk.say(question);
    setTimeout(() => this.open.has(question.message) && this.#send({ settle, ...question }), AGAIN_MS);
  }

  #hear({ message, told, problem }) {
    const question = this.open.get(message);
    if (!question) return;
    this.open.delete(message);
    if (problem) question.settle.reject(new Error(problem));
    else question.settle.resolve(told);
  }
}

// What every panel of the console shares: its line to the kernel, what it is told, and what it asks to be done.
import { elementId, h, mintId } from "../shared/dom.js";

const PATIENCE_MS = 4000;
const WAITING = "No answer yet. This is sent again as soon as the connection is back.";

// A widget's module from a function that builds a panel. `build(panel)` fills panel.root, and returns what is to be called with
// the whole view whenever something in it has changed.
export function definePanel(build) {
  return {
    render({ model, el }) {
      const panel = new Panel(model);
      const update = build(panel);
      el.replaceChildren(panel.root);
      return panel.start(update);
    },
  };
}

class Panel {
  #asked = new Map();

  constructor(model) {
    this.model = model;
    this.view = structuredClone(model.get("view"));
    this.skew = 0; // how far this computer's clock is behind the server's
    this.says = h("p", { class: "ck-panel-says", role: "status" });
    this.root = h("section", { class: "ck-panel" });
  }

  start(update) {
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
  frame(title, ...children) {
    const id = elementId("panel");
    this.root.setAttribute("aria-labelledby", id);
    this.root.append(h("h2", { id }, title), this.says, ...children);
  }

  // Do this again and again, as long as the panel is shown.
  every(milliseconds, act) {
    this.ticking = setInterval(act, milliseconds);
  }

  // The server's time, in milliseconds.
  now() {
    return Date.now() + this.skew;
  }

  // Have something done, and kept: true when it was. What went wrong is said in the panel, and can be tried again under the same id,
  // so that nothing is done twice.
  async act(kind, { subject = "", jurisdiction = "", value = {}, id = mintId() } = {}) {
    const message = { type: "do", id, kind, subject, jurisdiction, value };
    try {
      await this.#send(message);
    } catch (refusal) {
      this.#complain(refusal, () => this.act(kind, { subject, jurisdiction, value, id }));
      return false;
    }
    this.say("");
    return true;
  }

  // What the kernel says to a question; null where it cannot answer, and then the panel says why.
  async ask(about, asked = {}) {
    try {
      const told = await this.#send({ type: "ask", id: mintId(), about, asked });
      this.say("");
      return told.told;
    } catch (refusal) {
      this.#complain(refusal);
      return null;
    }
  }

  say(sentence) {
    this.says.replaceChildren(sentence);
    this.says.classList.remove("ck-panel-trouble");
  }

  #complain({ sentence, again }, retry) {
    this.says.classList.add("ck-panel-trouble");
    this.says.replaceChildren(sentence);
    if (again && retry) this.says.append(" ", h("button", { type: "button", onclick: retry }, "Try again"));
  }

  #send(message) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.say(WAITING), PATIENCE_MS);
      const settle = (how) => (words) => {
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

  #receive(content, update) {
    const asked = this.#asked.get(content.id);
    if (content.type === "view") {
      this.skew = new Date(content.now) - Date.now();
      if (content.whole) this.view = {};
      Object.assign(this.view, content.changed);
      for (const key of content.gone) delete this.view[key];
      update(this.view);
    } else if (content.type === "seen") this.onSeen?.(content.seen);
    else if (content.type === "done" || content.type === "told") asked?.resolve(content);
    else asked?.reject({ sentence: content.sentence, again: content.type === "trouble" });
  }
}

// The parking lot for participants: a question for facilitators to come back to. The draft is stored on this computer
// from the first character on, with its command id, so that it is parked once.
import { elementId, h, mintId, setInvalid } from "../shared/dom.js";
import { explainExcess, limitLength, updateRemaining } from "../shared/length_limit.js";
/** @import * as T from "./types.js" */

const LONGEST_NOTE = 500;
const NOT_SENT = "This could not be sent just now. It is kept here: try again in a moment.";

export class ParkingLot {
  /**
   * @param {T.PageConnection} connection
   * @param {string} key
   */
  constructor(connection, key) {
    this.connection = connection;
    this.key = key;
    this.draft = this.#read();
    const [field, help] = ["park", "help"].map(elementId);
    this.text = h("textarea", { id: field, rows: "2", "aria-describedby": help, dir: "auto", oninput: () => this.#storeDraft() });
    this.text.value = this.draft.text;
    const remaining = limitLength(this.text, LONGEST_NOTE, "A thought");
    this.status = h("p", { class: "ck-park-status", role: "status" });
    this.element = h("details", { class: "ck-park", open: this.draft.text !== "" },
      h("summary", {}, "Park a thought"),
      h("form", { novalidate: true, onsubmit: (event) => this.#send(event) },
        h("label", { for: field }, "A thought to come back to"),
        h("p", { class: "ck-park-help", id: help }, "Facilitators see it with your state's name, and answer or raise it when there is time."),
        this.text, remaining,
        h("button", {}, "Park it"),
      ),
      this.status,
    );
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    const { id, text } = this.draft;
    const problem = text.trim() ? explainExcess(this.text) : "Write something first.";
    setInvalid(this.text, this.status, problem !== "");
    if (problem) {
      this.status.textContent = problem;
      this.text.focus();
      return;
    }
    const answer = await this.connection.act(id, "park", "", { text });
    this.status.textContent = answer.ok ? "Parked." : answer.refused ?? (answer.later || NOT_SENT);
    if (!answer.ok || this.draft.text !== text) return; // the text was changed meanwhile: keep it as a new draft
    this.text.value = "";
    updateRemaining(this.text);
    this.#storeDraft();
  }

  // A text changed after it was sent is a new entry, with its own id.
  #storeDraft() {
    this.draft = { id: mintId(), text: this.text.value };
    setInvalid(this.text, this.status, false);
    try {
      if (this.draft.text) localStorage.setItem(this.key, JSON.stringify(this.draft));
      else localStorage.removeItem(this.key);
    } catch {
      // Without storage, the text is in its field only.
    }
  }

  #read() {
    try {
      const { id, text } = JSON.parse(localStorage.getItem(this.key) ?? "");
      return { id: String(id), text: String(text) };
    } catch {
      return { id: mintId(), text: "" };
    }
  }
}

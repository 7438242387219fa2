// The parking lot, from a participant's side: a thought for facilitators to come back to. It is kept on this computer from the
// first letter on, under the id that it is sent with, so that it is parked once.
import { elementId, h, mintId } from "../shared/dom.js";
/** @import * as T from "./types.js" */

const LONGEST = 500;
const LATER = "This could not be sent just now. It is kept here: try again in a moment.";

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
    this.text = h("textarea", { id: field, rows: "2", maxlength: String(LONGEST), "aria-describedby": help, dir: "auto", oninput: () => this.#keep() });
    this.text.value = this.draft.text;
    this.says = h("p", { class: "ck-park-says", role: "status" });
    this.element = h("details", { class: "ck-park", open: this.draft.text !== "" },
      h("summary", {}, "Park a thought"),
      h("form", { novalidate: true, onsubmit: (event) => this.#send(event) },
        h("label", { for: field }, "A thought to come back to"),
        h("p", { class: "ck-park-help", id: help }, "Facilitators see it with your state's name, and answer or raise it when there is time."),
        this.text,
        h("button", {}, "Park it"),
      ),
      this.says,
    );
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    const { id, text } = this.draft;
    if (!text.trim()) {
      this.says.textContent = "Write something first.";
      this.text.focus();
      return;
    }
    const answer = await this.connection.act(id, "park", "", { text });
    this.says.textContent = answer.ok ? "Parked." : answer.refused ?? (answer.later || LATER);
    if (!answer.ok || this.draft.text !== text) return; // what was typed meanwhile is another thought
    this.text.value = "";
    this.#keep();
  }

  // A thought that was changed after it was sent is another one: it gets an id of its own.
  #keep() {
    this.draft = { id: mintId(), text: this.text.value };
    try {
      if (this.draft.text) localStorage.setItem(this.key, JSON.stringify(this.draft));
      else localStorage.removeItem(this.key);
    } catch {
      // It stays in its field, at least.
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

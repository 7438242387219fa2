// Where a post or a reply is written. Every character is kept on this computer until the post stands on the board.
import { elementId, h } from "../shared/dom.js";
/** @import {PostQueue} from "./post_queue.js" */

const LONGEST = 1500;
const NEARLY = 1300;

export class PostEditor {
  // `place`: {segment, parent}; `words`: {label, help, send}; `onPost` hears that something was posted.
  /**
   * @param {PostQueue} queue
   * @param {{segment: string, parent: string | null}} place
   * @param {{label: string, help: string, send: string}} words
   * @param {string} name
   * @param {() => void} onPost
   */
  constructor(queue, place, words, name, onPost) {
    this.queue = queue;
    this.segment = place.segment;
    this.parent = place.parent;
    const [field, help, left] = ["text", "help", "left"].map(elementId);
    this.text = h("textarea", { id: field, rows: "3", "aria-describedby": `${help} ${left}`, dir: "auto", oninput: () => this.#keep() });
    this.signed = h("input", { type: "checkbox", onchange: () => this.#keep() });
    this.left = h("p", { class: "ck-writing-left", id: left });
    this.problem = h("p", { class: "ck-writing-problem", role: "status" });
    this.element = h("form", { class: "ck-writing", novalidate: true, onsubmit: (event) => this.#submit(event, onPost) },
      h("label", { for: field }, words.label),
      h("p", { class: "ck-writing-help", id: help }, words.help),
      this.text, this.left,
      name && h("label", { class: "ck-writing-signed" }, this.signed, h("span", {}, `Show my name, too (${name})`)),
      this.problem,
      h("button", {}, words.send),
    );
    this.refresh();
  }

  // What is kept of it; what stands in the field already is left alone while somebody is in it.
  refresh() {
    const draft = this.queue.draft(this.segment, this.parent);
    if (document.activeElement !== this.text || !this.text.value) {
      this.text.value = draft?.text ?? "";
      this.signed.checked = draft?.signed ?? this.signed.checked;
    }
    this.#count();
  }

  #keep() {
    this.queue.write(this.segment, this.parent, this.text.value, this.signed.checked);
    this.problem.textContent = this.queue.keeps ? "" : "This browser does not let the page keep your words. Post them before you leave.";
    this.#count();
  }

  #count() {
    const length = [...this.text.value.trim()].length;
    this.left.textContent = length > LONGEST ? `${length - LONGEST} characters too many` : length > NEARLY ? `${LONGEST - length} characters left` : "";
  }

  /**
   * @param {Event} event
   * @param {() => void} onPost
   */
  #submit(event, onPost) {
    event.preventDefault();
    const length = [...this.text.value.trim()].length;
    if (length === 0) this.problem.textContent = "Write something first.";
    else if (length > LONGEST) this.problem.textContent = `A post has room for ${LONGEST.toLocaleString("en-US")} characters, and this has ${length.toLocaleString("en-US")}. Shorten it; it is kept meanwhile.`;
    if (length === 0 || length > LONGEST) {
      this.text.focus();
      return;
    }
    this.#keep();
    this.queue.post(this.segment, this.parent);
    this.text.value = "";
    this.signed.checked = false;
    this.problem.textContent = "";
    this.#count();
    onPost();
  }
}

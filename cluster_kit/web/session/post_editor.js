// Editor for a post or a reply. Every character is stored on this computer until the post is on the board.
import { elementId, h, setInvalid } from "../shared/dom.js";
import { explainExcess, limitLength, updateRemaining } from "../shared/length_limit.js";
/** @import {PostQueue} from "./post_queue.js" */

const LONGEST_POST = 1500;

export class PostEditor {
  // `place`: {segment, parent}; `words`: {label, help, send}; `onPost` is called after a post.
  /**
   * @param {PostQueue} queue
   * @param {{segment: string, parent: string | null}} place
   * @param {{label: string, help: string, send: string, longest?: number}} words
   * @param {string} name
   * @param {() => void} onPost
   */
  constructor(queue, place, words, name, onPost) {
    this.queue = queue;
    this.segment = place.segment;
    this.parent = place.parent;
    const [field, help] = ["text", "help"].map(elementId);
    this.text = h("textarea", { id: field, rows: "3", "aria-describedby": help, dir: "auto", oninput: () => this.#storeDraft() });
    this.help = h("p", { class: "ck-editor-help", id: help }, words.help);
    this.signed = h("input", { type: "checkbox", onchange: () => this.#storeDraft() });
    const remaining = limitLength(this.text, words.longest ?? LONGEST_POST, "A post");
    this.problem = h("p", { class: "ck-editor-problem", role: "status" });
    this.element = h("form", { class: "ck-editor", novalidate: true, onsubmit: (event) => this.#submit(event, onPost) },
      h("label", { for: field }, words.label),
      this.help,
      this.text, remaining,
      name && h("label", { class: "ck-editor-signed" }, this.signed, h("span", {}, `Show my name, too (${name})`)),
      this.problem,
      h("button", {}, words.send),
    );
    this.refresh();
  }

  /** @param {string} sentence */
  setHelp(sentence) {
    if (this.help.textContent !== sentence) this.help.textContent = sentence;
  }

  // Show the stored draft, unless the field has the focus.
  refresh() {
    const draft = this.queue.draft(this.segment, this.parent);
    if (document.activeElement !== this.text || !this.text.value) {
      this.text.value = draft?.text ?? "";
      this.signed.checked = draft?.signed ?? this.signed.checked;
    }
    updateRemaining(this.text);
  }

  #storeDraft() {
    this.queue.write(this.segment, this.parent, this.text.value, this.signed.checked);
    setInvalid(this.text, this.problem, false);
    this.problem.textContent = this.queue.isPersistent ? "" : "This browser does not let the page keep your words. Post them before you leave.";
  }

  /**
   * @param {Event} event
   * @param {() => void} onPost
   */
  #submit(event, onPost) {
    event.preventDefault();
    const problem = this.text.value.trim() ? explainExcess(this.text) : "Write something first.";
    if (problem) this.problem.textContent = problem;
    setInvalid(this.text, this.problem, problem !== "");
    if (problem) {
      this.text.focus();
      return;
    }
    this.#storeDraft();
    this.queue.post(this.segment, this.parent);
    this.text.value = "";
    this.signed.checked = false;
    this.problem.textContent = "";
    updateRemaining(this.text);
    onPost();
  }
}

// A facilitator can lock an exercise temporarily. It is then read-only, and unsaved input waits for the unlock.
import { h } from "../shared/dom.js";
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */

const CLOSED = "The facilitator has closed this exercise for now.";
const OPEN_AGAIN = "This exercise is open again.";
const WORDS = "textarea, input:not([type=radio], [type=checkbox], [type=file])";

export class Lock {
  isLocked = false;
  /** @type {Map<any, "readOnly" | "disabled">} */
  #closed = new Map();
  #observer = new MutationObserver(() => this.#close());

  /**
   * @param {T.Form} form
   * @param {S.Child[]} parts
   */
  constructor(form, parts) {
    this.form = form;
    this.notice = h("p", { class: "ck-closed", tabindex: "-1", hidden: true }, CLOSED);
    this.parts = h("div", { class: "ck-parts" }, parts);
    this.nodes = [this.notice, this.parts];
    form.store.on("exercise", () => this.refresh() && this.#announce());
    this.refresh();
  }

  // Update after a lock or unlock. The focus moves to the notice, and back afterward.
  refresh() {
    const isLocked = Boolean(this.form.store.exerciseState?.locked);
    if (isLocked === this.isLocked) return false;
    this.isLocked = isLocked;
    const at = /** @type {HTMLElement | null} */ (document.activeElement);
    if (isLocked) {
      this.notice.hidden = false;
      this.left = this.parts.contains(at) ? at : null;
      if (this.left) this.notice.focus({ preventScroll: true });
    }
    this.parts.classList.toggle("ck-locked", isLocked);
    if (isLocked) this.#close();
    else {
      this.#open();
      if (at === this.notice) this.left?.focus({ preventScroll: true });
      this.notice.hidden = true;
    }
    return true;
  }

  // The notice that takes the focus is read out anyway.
  #announce() {
    if (document.activeElement !== this.notice) this.form.announce(this.isLocked ? CLOSED : OPEN_AGAIN, "essential");
  }

  // Words stay reachable by keyboard, to be read, scrolled, and copied. Everything else is disabled, also what is added.
  #close() {
    for (const control of this.parts.querySelectorAll("textarea, input, select, button")) {
      const property = control.matches(WORDS) ? "readOnly" : "disabled";
      if (/** @type {any} */ (control)[property]) continue;
      /** @type {any} */ (control)[property] = true;
      this.#closed.set(control, property);
    }
    this.#observer.observe(this.parts, { childList: true, subtree: true, attributeFilter: ["disabled", "readonly"] });
  }

  #open() {
    this.#observer.disconnect();
    for (const [control, property] of this.#closed) control[property] = false;
    this.#closed.clear();
  }
}

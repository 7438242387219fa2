// A facilitator can lock an exercise temporarily. It is then read-only, and unsaved input waits for the unlock.
import { h } from "../shared/dom.js";
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */

const CLOSED = "The facilitator has closed this exercise for now.";
const OPEN_AGAIN = "This exercise is open again.";

export class Lock {
  /**
   * @param {T.Form} form
   * @param {S.Child[]} parts
   */
  constructor(form, parts) {
    this.form = form;
    this.notice = h("p", { class: "ck-closed", tabindex: "-1", hidden: true }, CLOSED);
    this.parts = h("fieldset", { class: "ck-parts", role: "none" }, parts);
    this.nodes = [this.notice, this.parts];
    form.store.on("exercise", () => this.refresh() && form.announce(this.parts.disabled ? CLOSED : OPEN_AGAIN, "essential"));
    this.refresh();
  }

  // Update after a lock or unlock. The focus moves to the notice, and back afterward.
  refresh() {
    const isLocked = Boolean(this.form.store.exerciseState?.locked);
    if (isLocked === this.parts.disabled) return false;
    const at = /** @type {HTMLElement | null} */ (document.activeElement);
    if (isLocked) {
      this.notice.hidden = false;
      this.left = this.parts.contains(at) ? at : null;
      if (this.left) this.notice.focus({ preventScroll: true });
    }
    this.parts.disabled = isLocked;
    if (!isLocked) {
      if (at === this.notice) this.left?.focus({ preventScroll: true });
      this.notice.hidden = true;
    }
    return true;
  }
}

// A facilitator may close an exercise for a while. Everything in it can be read then, nothing can be changed, and what
// was typed before waits to be saved.
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
    form.store.on("room", () => this.refresh() && form.announce(this.parts.disabled ? CLOSED : OPEN_AGAIN));
    this.refresh();
  }

  // Whether it was closed or opened. The cursor waits at the notice, and goes back to where it was.
  refresh() {
    const closed = Boolean(this.form.store.room?.locked);
    if (closed === this.parts.disabled) return false;
    const at = /** @type {HTMLElement | null} */ (document.activeElement);
    if (closed) {
      this.notice.hidden = false;
      this.left = this.parts.contains(at) ? at : null;
      if (this.left) this.notice.focus({ preventScroll: true });
    }
    this.parts.disabled = closed;
    if (!closed) {
      if (at === this.notice) this.left?.focus({ preventScroll: true });
      this.notice.hidden = true;
    }
    return true;
  }
}

// Questions that need a decision, as native dialogs.
import { h } from "../shared/dom.js";
/** @import * as S from "../shared/types.js" */

// Ask, and return the value of the button that was pressed; "" if the dialog was closed. The first button is primary.
/**
 * @param {string} title
 * @param {S.Child[]} body
 * @param {Array<{value: string, label: string, primary?: boolean}>} buttons
 * @returns {Promise<string>}
 */
export function ask(title, body, buttons) {
  const shown = buttons.map(({ value, label, primary }) => h("button", { value, class: primary ? "ck-edit-primary" : "" }, label));
  const dialog = h("dialog", { class: "ck-edit-dialog", "aria-labelledby": "ck-edit-dialog-title" },
    h("form", { method: "dialog" },
      h("h2", { id: "ck-edit-dialog-title" }, title),
      h("div", { class: "ck-edit-dialog-body" }, body),
      h("p", { class: "ck-edit-dialog-buttons" }, shown)));
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}

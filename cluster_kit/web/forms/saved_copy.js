// The copy of the answers that a notebook keeps in the output below a form. It is hidden while the form works.
import { h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */

const CHECK_MS = 5000;
const STALE = "Run all cells before you save this notebook: its copy of your answers is not up to date.";

export class SavedCopy {
  #model;
  #root;
  #newest = 0; // the newest answer that was saved through this form
  #note = h("p", { class: "ck-copy-note", role: "status" });
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {S.WidgetModel} model
   * @param {HTMLElement} root
   */
  constructor(model, root) {
    this.#model = model;
    this.#root = root;
    root.append(this.#note);
    model.on("msg:custom", this.#heard);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#model.off("msg:custom", this.#heard);
  }

  // A message of the kernel: the form is alive. form.css then hides the copy.
  #heard = (/** @type {M.FormReply} */ message) => {
    this.#root.dataset.live = "";
    if (message.type !== "saved") return;
    this.#newest = Math.max(this.#newest, ...message.receipts.map(({ seq }) => seq));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), CHECK_MS);
  };

  // After the page is loaded again, JupyterLab no longer updates the outputs of cells that ran before.
  #check() {
    /** @type {HTMLElement | null | undefined} */
    const copy = this.#root.closest(".jp-NotebookPanel .jp-OutputArea")?.querySelector(".ck-saved");
    this.#note.textContent = copy && Number(copy.dataset.seq) < this.#newest ? STALE : "";
  }
}

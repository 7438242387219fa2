// Requests to be signed in as a teammate, above the page: shows them, and sends the answer. The server writes the same
// markup (requests.html.j2) for those that are open when the page loads.
import { h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

const FAILED = "The answer could not be sent. Check your connection, and try again.";

export class JoinRequests {
  #place = /** @type {HTMLElement} */ (document.getElementById("ck-requests"));
  #status = /** @type {HTMLElement} */ (this.#place.querySelector("[role=status]"));
  #list = /** @type {HTMLUListElement} */ (this.#place.querySelector("ul"));
  #isFacilitator = document.querySelector(".ck-page-who")?.textContent?.trim().startsWith("Facilitator") ?? false;

  constructor() {
    this.#list.addEventListener("submit", (event) => this.#answer(/** @type {SubmitEvent} */ (event)));
  }

  // Show these requests. New ones are announced; a request that is shown stays as it is, with its focus.
  /** @param {M.RequestView[]} requests */
  show(requests) {
    const open = new Set(requests.map(({ id }) => id));
    const shown = /** @type {HTMLElement[]} */ ([...this.#list.children]);
    for (const item of shown) if (!open.has(item.dataset.request ?? "") && !item.dataset.answered) item.remove();
    const known = new Set(shown.map((item) => item.dataset.request));
    const fresh = requests.filter(({ id }) => !known.has(id));
    this.#list.append(...fresh.map((request) => this.#build(request)));
    this.#place.hidden = this.#list.childElementCount === 0;
    if (fresh.length) this.#status.textContent = fresh.map((request) => this.#title(request)).join(" ");
  }

  /** @param {M.RequestView} request */
  #title({ own, name, state }) {
    if (own) return "Another device asks to be signed in as you.";
    return `${name}${this.#isFacilitator ? ` of ${state}` : ""} asks to come in from another device.`;
  }

  /** @param {M.RequestView} request */
  #build(request) {
    const { id, name, number, own, may_answer: mayAnswer } = request;
    const question = own ? "Is it yours?" : `Ask ${name}: is this the same person?`;
    const confirm = mayAnswer ? question : "A teammate with a personal link, or your facilitator, can confirm it.";
    const text = h("p", {}, h("strong", {}, this.#title(request)), " Its screen shows the number ", h("strong", {}, number), `. ${confirm}`);
    if (!mayAnswer) return h("li", { "data-request": id }, text);
    const form = h("form", { class: "ck-request-answer", method: "post", action: "/requests" },
      h("input", { type: "hidden", name: "_xsrf", value: formToken() }),
      h("input", { type: "hidden", name: "request", value: id }),
      h("button", { name: "answer", value: "yes" }, "Yes, sign it in", h("span", { class: "ck-hidden" }, ` as ${name}`)), " ",
      h("button", { name: "answer", value: "no" }, "No", h("span", { class: "ck-hidden" }, ` (not ${name})`)));
    return h("li", { "data-request": id }, text, form);
  }

  /** @param {SubmitEvent} event */
  async #answer(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const item = /** @type {HTMLElement} */ (form.closest("li"));
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, event.submitter)));
    const headers = { Accept: "application/json" };
    item.dataset.answered = "yes"; // before the reply: the list without this request may arrive first
    const reply = await fetch("/requests", { method: "POST", body, headers }).then((answer) => answer.json()).catch(() => null);
    this.#status.textContent = "";
    if (!reply?.sentence) {
      delete item.dataset.answered;
      this.#status.textContent = FAILED;
      this.#status.classList.remove("ck-hidden");
      return;
    }
    this.#status.classList.add("ck-hidden");
    const answer = h("p", { tabindex: "-1" }, reply.sentence);
    const close = h("button", { type: "button", onclick: () => this.#close(item) }, "Close");
    item.replaceChildren(answer, close);
    answer.focus();
  }

  /** @param {HTMLElement} item */
  #close(item) {
    item.remove();
    this.#place.hidden = this.#list.childElementCount === 0;
    const next = /** @type {HTMLElement | null} */ (this.#list.querySelector("button")) ?? document.getElementById("main");
    if (next?.id === "main") next.tabIndex = -1;
    next?.focus();
  }
}

function formToken() {
  const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=_xsrf]"));
  return field?.value ?? "";
}

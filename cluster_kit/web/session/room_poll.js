// A poll: one question that a facilitator asks everyone. It is in the panel of the live session and takes no focus.
import { elementId, h, mintId } from "../shared/dom.js";
import { WIDE } from "./outline.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const POLL_NOT_SENT = "This could not be sent just now. Try again in a moment.";

export class RoomPoll {
  /** @type {M.PollView | null} */
  #poll = null;
  /** @type {number | null} */
  #choice = null;
  #built = ""; // the id of the poll that is shown
  #last = ""; // the id of the poll that the choice belongs to

  /** @type {HTMLDetailsElement | undefined} */
  fold;

  /**
   * @param {T.PageConnection} connection
   * @param {HTMLElement} live
   * @param {Announcer} announcer
   */
  constructor(connection, live, announcer) {
    this.connection = connection;
    this.announcer = announcer;
    this.status = h("p", { class: "ck-poll-status", role: "status" });
    this.form = h("form", { class: "ck-poll", novalidate: true, hidden: true, onsubmit: (event) => this.#send(event) });
    live.querySelector(".ck-live-message")?.after(this.form);
    connection.addEventListener("session_status", ({ detail }) => {
      this.#poll = detail.poll;
      this.#refresh();
    });
    connection.addEventListener("team", ({ detail }) => {
      if (detail.choice === this.#choice) return;
      this.#choice = detail.choice;
      this.#mark();
    });
  }

  // Build it once for each poll, so that a choice that is not sent yet stays.
  #refresh() {
    const poll = this.#poll;
    this.form.hidden = !poll?.is_open;
    document.documentElement.classList.toggle("ck-has-poll", !this.form.hidden);
    if (!poll?.is_open) {
      if (this.#built) this.announcer.detail("The poll is closed.");
      this.#built = "";
      this.form.replaceChildren();
      return;
    }
    if (poll.id === this.#built) return;
    this.#built = poll.id;
    if (this.#last !== poll.id) this.#choice = null; // the answer to this one follows
    this.#last = poll.id;
    const name = elementId("poll");
    this.status.textContent = "";
    this.fold = h("details", { open: true },
      h("summary", {}, h("span", { class: "ck-live-label" }, "A question for everyone"), h("span", { dir: "auto" }, poll.text)),
      h("fieldset", { class: poll.is_rating ? "ck-poll-rating" : "" },
        h("legend", { class: "ck-hidden" }, poll.text),
        poll.is_rating && h("p", { class: "ck-park-help" }, "1 is the lowest rating, 5 the highest."),
        h("div", { class: "ck-poll-options" }, poll.options.map((option, place) => h("label", {}, h("input", { type: "radio", name, value: String(place) }), h("span", { dir: "auto" }, option))))),
      h("button", {}, "Send my answer"));
    this.form.replaceChildren(this.fold, this.status);
    this.announcer.essential(`A question for everyone: ${poll.text}`);
    this.#mark();
  }

  // Show the answer that is stored.
  #mark() {
    const choice = this.#choice;
    if (!this.#built || choice === null || !this.#poll) return;
    const box = /** @type {HTMLInputElement | null} */ (this.form.querySelector(`input[value="${choice}"]`));
    if (box && !this.form.querySelector("input:checked")) box.checked = true;
    this.#say(`Your answer: ${this.#poll.options[choice]}. You can change it until the poll is closed.`);
  }

  /** @param {string} sentence */
  #say(sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  /** @param {Event} event */
  async #send(event) {
    event.preventDefault();
    const chosen = /** @type {HTMLInputElement | null} */ (this.form.querySelector("input:checked"));
    if (!chosen || !this.#poll) {
      this.#say("Choose an answer first.");
      this.form.querySelector("input")?.focus();
      return;
    }
    const answer = await this.connection.act(mintId(), "vote", this.#poll.id, { choice: Number(chosen.value) });
    if (!answer.ok) this.#say(answer.refused ?? (answer.later || POLL_NOT_SENT));
    else if (this.#choice === Number(chosen.value)) this.#mark();
    if (!answer.ok || WIDE.matches || !this.fold) return;
    this.fold.open = false; // a narrow page needs the room
    this.fold.querySelector("summary")?.focus({ preventScroll: true });
  }
}

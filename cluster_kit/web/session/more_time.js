// "We need more time": a private signal to the facilitators. Teammates and the shared screen do not show it.
import { elementId, h, mintId } from "../shared/dom.js";
/** @import * as T from "./types.js" */

const PRIVATE = "Only the facilitators see this. Your teammates do not.";
const ASKED = "The facilitators see that your team needs more time. Your teammates do not.";
const NOT_ASKED = "This could not be sent just now. Try again in a moment.";

export class MoreTime {
  #isAsked = false;

  /** @param {T.PageConnection} connection */
  constructor(connection) {
    this.connection = connection;
    const help = elementId("more-time");
    this.button = h("button", { type: "button", "aria-describedby": help, onclick: () => this.#toggle() });
    this.help = h("p", { class: "ck-park-help", id: help, role: "status" });
    this.element = h("div", { class: "ck-more-time", hidden: true }, this.button, this.help);
    this.show(false);
  }

  // Whether this person has asked, as the server says.
  /** @param {boolean} isAsked */
  show(isAsked) {
    this.#isAsked = isAsked;
    const [label, help] = isAsked ? ["We no longer need more time", ASKED] : ["We need more time", PRIVATE];
    if (this.button.textContent !== label) this.button.textContent = label;
    if (this.help.textContent !== help) this.help.textContent = help;
  }

  async #toggle() {
    const on = !this.#isAsked;
    const answer = await this.connection.act(mintId(), "more_time", "", { on });
    if (answer.ok) this.show(on);
    else this.help.textContent = answer.refused ?? (answer.later || NOT_ASKED);
  }
}

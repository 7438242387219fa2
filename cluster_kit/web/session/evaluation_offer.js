// The offer to evaluate a session, beside the session's status once it has ended. It takes no focus, is announced once,
// and can be skipped; the link at the end of the page remains.
import { h } from "../shared/dom.js";
import { readEvaluationState, saveEvaluationState } from "./evaluation_state.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const OFFERED_MS = 12 * 60 * 60 * 1000; // as long as the page says that the session has ended
const OFFER = "Please take three minutes to evaluate this session. Your answers are anonymous.";

class EvaluationOffer {
  /** @type {M.SessionStatusEvent | null} */
  #last = null;

  /**
   * @param {HTMLElement} place
   * @param {{ keep: string, session: string }} page
   * @param {Announcer} announcer
   */
  constructor(place, { keep, session }, announcer) {
    this.keep = keep;
    this.announcer = announcer;
    const link = h("a", { href: `/session/${session}/evaluation` }, "Evaluate", h("span", { class: "ck-evaluation-rest" }, " the session"));
    const skip = h("button", { type: "button", onclick: () => this.#skip() }, "Not now");
    this.box = h("div", { class: "ck-evaluation-offer", hidden: true }, h("p", { class: "ck-evaluation-why" }, OFFER), h("p", { class: "ck-evaluation-ways" }, link, skip));
    (place.querySelector(".ck-live-over") ?? place).after(this.box);
  }

  /** @param {M.SessionStatusEvent} status */
  show(status) {
    const { ended, now } = status;
    const { done, skipped } = readEvaluationState(this.keep);
    const isRecent = ended !== null && Date.parse(now) - Date.parse(ended) < OFFERED_MS;
    const isOffered = isRecent && !done && !skipped;
    this.box.hidden = !isOffered;
    const hasJustEnded = this.#last !== null && this.#last.ended === null; // not when the page is loaded afterward
    if (isOffered && hasJustEnded) this.announcer.essential(OFFER);
    this.#last = status;
  }

  #skip() {
    saveEvaluationState(this.keep, { ...readEvaluationState(this.keep), skipped: true });
    this.box.hidden = true;
    /** @type {HTMLElement | null} */ (document.querySelector("#ck-evaluation a"))?.focus({ preventScroll: true });
  }
}

/**
 * @param {T.PageConnection} connection
 * @param {HTMLElement} place
 * @param {{ keep: string, session: string }} page
 * @param {Announcer} announcer
 */
export function offerEvaluation(connection, place, page, announcer) {
  const offer = new EvaluationOffer(place, page, announcer);
  connection.addEventListener("session_status", ({ detail }) => offer.show(detail));
}

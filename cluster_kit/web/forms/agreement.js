// The team's agreement on a rating that one of it proposes: who proposed it and why, who agreed, who is asked, and the
// buttons to agree, to keep a different view, and to undo either.
import { h, joinWords } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const NUMBERS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

export class Agreement {
  // `label(value)` is a rating in words; `lacksReason()` says whether it needs a reason and has none; `onDiffer` leads to the box for the different view; `withdraw` clears the
  // proposal.
  /**
   * @param {T.Form} form
   * @param {M.ItemsPromptView} prompt
   * @param {M.ItemView} item
   * @param {{label: (value: any) => string, lacksReason: () => boolean, onDiffer: () => void, withdraw: () => void}} actions
   */
  constructor(form, prompt, item, { label, lacksReason, onDiffer, withdraw }) {
    this.form = form;
    this.promptId = prompt.id;
    this.item = item;
    this.label = label;
    this.lacksReason = lacksReason;
    /** @type {T.Address} */
    this.address = { prompt: `${prompt.id}.agreement`, row: item.id, scope: "person" };
    this.proposal = h("p", { class: "ck-proposal" });
    this.status = h("p", { class: "ck-agreement-status", tabindex: "-1" });
    const about = () => h("span", { class: "ck-hidden" }, `: ${item.text}`);
    /**
     * @param {string} words
     * @param {string} kind
     * @param {() => void} onclick
     */
    const button = (words, kind, onclick) => h("button", { type: "button", class: kind, onclick }, words, about());
    this.agree = button("I agree", "ck-button", () => this.#decide("agree"));
    this.differ = button("I keep a different view", "ck-quiet", () => {
      this.#decide("differ");
      onDiffer();
    });
    this.undo = button("Undo my answer", "ck-quiet", () => this.#decide(null));
    this.takeBack = button("Take back my proposal", "ck-quiet", () => {
      this.record(null, null);
      withdraw();
      this.status.focus();
    });
    this.buttons = h("div", { class: "ck-agreement-buttons" }, this.agree, this.differ, this.undo, this.takeBack);
    this.element = h("div", { class: "ck-agreement", hidden: true }, this.proposal, this.status, this.buttons);
  }

  // What the server says about the proposed `value`. A proposal of one's own that is on its way is known already.
  /**
   * @param {any} value
   * @returns {M.ItemAgreementView | null}
   */
  info(value) {
    const found = this.form.store.exerciseState?.agreement?.[this.promptId]?.[this.item.id] ?? null;
    const mine = this.#stance(value);
    if (found && found.value === value) {
      const isAnswered = mine !== "" && found.by !== "" && !this.lacksReason();
      return { ...found, settled: (found.settled && !this.lacksReason()) || isAnswered, mine: mine || (found.by ? "" : found.mine) };
    }
    return mine ? { value, by: "", settled: Boolean(this.form.store.exerciseState?.alone), mine, agreed: [], differ: [], waiting: [] } : null;
  }

  // Whether no teammate has answered the proposal, or its reason is missing; otherwise it is settled.
  /** @param {any} value */
  isOpen(value) {
    const info = this.info(value);
    return Boolean(info && !info.settled);
  }

  /** @param {any} value */
  isWaitingForMe(value) {
    const info = this.info(value);
    return Boolean(info && !info.mine);
  }

  // Record the person's stance on a value; null clears it.
  /**
   * @param {"agree" | "differ" | null} stance
   * @param {any} value
   */
  record(stance, value) {
    const { store } = this.form;
    const chosen = stance && `${stance}_${value}`;
    if (store.value(this.address) === chosen) return;
    store.edit(this.address, chosen, store.current(this.address).map(({ id }) => id));
    store.queue.flush();
  }

  /**
   * @param {any} value
   * @param {string} reason
   */
  refresh(value, reason) {
    const info = value === null ? null : this.info(value);
    this.value = value;
    this.element.hidden = !info;
    if (!info) {
      this.asked = "";
      return;
    }
    const asks = !info.mine;
    const words = asks ? `${info.by} proposes ${this.label(value)}${reason ? `, because “${reason}”` : "."}` : "";
    putWords(this.proposal, words);
    this.proposal.hidden = !asks;
    putWords(this.status, this.#describe(info));
    this.agree.hidden = this.differ.hidden = !asks;
    this.undo.hidden = asks || !info.by;
    this.takeBack.hidden = Boolean(info.by) || asks;
    this.#announce(asks, info);
  }

  // A proposal is announced once.
  /**
   * @param {boolean} asks
   * @param {M.ItemAgreementView} info
   */
  #announce(asks, info) {
    const key = asks ? `${info.by} ${info.value}` : "";
    const isNew = key && this.asked !== undefined && this.asked !== key;
    this.asked = key;
    if (isNew) this.form.announce(`${info.by} proposes ${this.label(info.value)} for “${this.item.text}”. Do you agree?`, "essential");
  }

  /** @param {any} value */
  #stance(value) {
    const chosen = this.form.store.value(this.address);
    if (chosen === `agree_${value}`) return "agree";
    return chosen === `differ_${value}` ? "differ" : "";
  }

  /** @param {"agree" | "differ" | null} stance */
  #decide(stance) {
    this.record(stance, this.value);
    if (stance !== "differ") setTimeout(() => this.status.focus());
  }

  /** @param {M.ItemAgreementView} info */
  #describe({ by, mine, agreed, differ, waiting, settled }) {
    const differing = mine === "differ" ? ["you", ...differ] : differ;
    const others = agreed.filter((name) => name !== by);
    const left = mine ? waiting : ["you", ...waiting];
    if (left.length) {
      const parts = mine ? [`${settled ? "Agreed, p" : "P"}roposed by ${by || "you"}`] : []; // who proposed it is shown above the question
      const agreeing = mine === "agree" && by ? ["you", ...others] : others;
      if (agreeing.length) parts.push(`${joinWords(agreeing)} agreed`);
      if (differing.length) parts.push(`${joinWords(differing)} ${keeps(differing)} a different view`);
      const words = [...parts, `waiting for ${joinWords(left)}`].join("; ");
      return `${words[0].toUpperCase()}${words.slice(1)}.`;
    }
    if (this.lacksReason()) return "Not agreed yet: write below why your team chose this rating.";
    if (!settled) return "Proposed by you. It becomes the team rating when a teammate has answered. No other teammate is here.";
    if (differing.length) return `Agreed, with a different view kept by ${joinWords(differing)}.`;
    const count = agreed.length + (mine === "agree" ? 1 : 0);
    if (count === 1) return this.form.store.exerciseState?.alone ? "Recorded as you see it today." : "Team rating as you see it: no teammate has rated this statement.";
    return `Team rating: ${count === 2 ? "both" : `all ${NUMBERS[count] ?? count}`} who were asked agreed.`;
  }
}

/** @param {string[]} names */
function keeps(names) {
  return names.length > 1 || names[0] === "you" ? "keep" : "keeps";
}

/**
 * @param {HTMLElement} element
 * @param {string} words
 */
function putWords(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

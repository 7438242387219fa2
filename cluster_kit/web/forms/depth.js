// Depth: shows the prompts of the person's depth, and hides the others without losing answers.
import { h } from "../shared/dom.js";
import { Field } from "./field.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {FormStore} from "./form_store.js" */
/** @typedef {Pick<M.DepthOption, "count" | "unit" | "minutes">} Cost */

const ORDER = ["essential", "standard", "full"];

export class Depth {
  /** @type {(() => void) | undefined} */
  onChange;

  // `initial` is the depth until the person chooses one.
  /**
   * @param {FormStore} store
   * @param {T.DepthName} initial
   */
  constructor(store, initial) {
    this.store = store;
    this.initial = initial;
    /** @type {Array<{element: HTMLElement, depth: T.DepthName}>} */
    this.gated = [];
    /** @type {T.Address} */
    this.address = { prompt: "depth", row: "", scope: "person" };
    store.watch(this.address, () => this.#show());
  }

  /**
   * @param {T.DepthName} one
   * @param {T.DepthName} other
   */
  compare(one, other) {
    return ORDER.indexOf(one) - ORDER.indexOf(other);
  }

  // Show `element` from this depth on.
  /**
   * @param {HTMLElement} element
   * @param {T.DepthName} [depth]
   */
  gate(element, depth = "essential") {
    if (depth === "essential") return;
    this.gated.push({ element, depth });
    element.hidden = !this.#includes(depth);
  }

  // The depth question behind its answer, or null if all depths have the same prompts. Cards if items are rated.
  /**
   * @param {T.Form} form
   * @param {M.DepthOption[]} depths
   */
  build(form, depths) {
    if (!depths.length) return null;
    const cards = depths[0].unit === "item";
    const options = depths.map(({ id, label, ...asked }) =>
      cards ? { id, label, help: costInWords(asked) } : { id, label: `${label}: ${costInShort(asked)}` });
    const prompt = { kind: "choice", id: "depth", label: "Depth: how much you would like to answer", options, cards, required: true, initial: this.initial };
    const { element } = new Field(form, prompt, this.address, { asList: !cards });
    element.classList.add("ck-depth");
    return this.#fold(element, depths);
  }

  // One line that says the depth, and opens to the choice.
  /**
   * @param {HTMLElement} choice
   * @param {M.DepthOption[]} depths
   */
  #fold(choice, depths) {
    const summary = h("summary", {});
    const refresh = () => {
      const chosen = depths.find(({ id }) => id === (this.store.value(this.address) ?? this.initial)) ?? depths[0];
      summary.textContent = `Depth: ${chosen.label}, ${countInWords(chosen)}`;
    };
    this.store.watch(this.address, refresh);
    refresh();
    return h("details", { class: "ck-depth-fold" }, summary, choice);
  }

  /** @param {T.DepthName} depth */
  #includes(depth) {
    return this.compare(depth, this.store.value(this.address) ?? this.initial) <= 0;
  }

  #show() {
    for (const { element, depth } of this.gated) element.hidden = !this.#includes(depth);
    this.onChange?.();
  }
}

/** @param {Cost} arg */
function costInWords({ minutes, ...asked }) {
  return `${countInWords(asked)}, about ${minutes} minute${minutes === 1 ? "" : "s"}`;
}

// A closed select does not wrap; this much fits on a phone.
/** @param {Cost} arg */
function costInShort({ minutes, ...asked }) {
  return `${countInWords(asked)}, ${minutes} min`;
}

/** @param {Omit<Cost, "minutes">} arg */
function countInWords({ count, unit }) {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

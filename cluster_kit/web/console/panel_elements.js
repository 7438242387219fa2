// The parts that panels are made of: lists that change without taking the keyboard away, buttons that wait, questions, drafts.
import { elementId, h, mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @import {Panel} from "./panel.js" */

// The item of a list that says that there is nothing to list.
/** @type {any} */
export const NOTHING = { key: "none" };

// Show one element for each item ({key, ...}), in this order. What says the same as before stays as it is; where an element with
// the keyboard changes, its successor (the same `data-focus` in the item of the same key) gets it.
/**
 * @template {{key: string | number}} I
 * @param {HTMLElement} parent
 * @param {I[]} items
 * @param {(item: I) => T.ListElement} build
 */
export function showList(parent, items, build) {
  const held = focusWithin(parent);
  const before = new Map(childrenOf(parent).map((el) => [el.dataset.key, el]));
  const after = items.map((item) => {
    const said = JSON.stringify(item);
    const old = before.get(String(item.key));
    if (old?.said === said) return old;
    const el = build(item);
    el.dataset.key = String(item.key);
    el.said = said;
    if (old) keepOpen(old, el);
    return el;
  });
  for (const el of before.values()) if (!after.includes(el)) el.remove();
  for (const [place, el] of after.entries()) {
    if (parent.children[place] !== el) parent.insertBefore(el, parent.children[place] ?? null);
  }
  held?.();
}

/**
 * @param {HTMLElement} parent
 * @returns {T.ListElement[]}
 */
function childrenOf(parent) {
  return /** @type {T.ListElement[]} */ ([...parent.children]);
}

// What of an item is folded or unfolded stays so.
/**
 * @param {HTMLElement} old
 * @param {HTMLElement} el
 */
function keepOpen(old, el) {
  for (const fold of [el, ...el.querySelectorAll("details")]) {
    if (!(fold instanceof HTMLDetailsElement) || !fold.dataset.focus) continue;
    const before = named(old, fold.dataset.focus);
    if (before instanceof HTMLDetailsElement) fold.open = before.open;
  }
}

// What bears this name in an item: something in it, or the item itself.
/**
 * @param {HTMLElement} item
 * @param {string | undefined} name
 */
function named(item, name) {
  const all = [item, .../** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll("[data-focus]"))];
  return all.find((el) => el.dataset.focus === name);
}

// What gives the keyboard back to where it was, or, where that is gone, to the list; or nothing.
/** @param {HTMLElement} parent */
function focusWithin(parent) {
  const active = document.activeElement;
  const name = active?.closest("[data-focus]")?.getAttribute("data-focus");
  const key = childrenOf(parent).find((el) => el.contains(active))?.dataset.key;
  if (!name || key === undefined) return null;
  return () => {
    if (parent.contains(document.activeElement)) return;
    const item = childrenOf(parent).find((el) => el.dataset.key === key);
    const heir = item && named(item, name);
    if (heir) (/** @type {HTMLElement | null} */ (heir.querySelector(":scope > summary")) ?? heir).focus({ preventScroll: true });
    else {
      parent.tabIndex = -1;
      parent.focus({ preventScroll: true });
    }
  };
}

// A button that is busy until what it does is done. `name` keeps the keyboard on it when its list changes.
/**
 * @param {S.Child} label
 * @param {() => unknown} act
 * @param {{name?: string, about?: string, primary?: boolean}} [arg2]
 */
export function button(label, act, { name, about, primary } = {}) {
  const el = h("button", { type: "button", "data-focus": name, class: primary && "ck-panel-primary" }, label);
  if (about) el.append(h("span", { class: "ck-panel-unseen" }, ` ${about}`));
  el.addEventListener("click", async () => {
    if (el.getAttribute("aria-disabled")) return;
    el.setAttribute("aria-disabled", "true");
    await act();
    el.removeAttribute("aria-disabled");
  });
  return el;
}

// Ask before something that everybody notices; true when it is to be done.
/**
 * @param {string} title
 * @param {string} sentence
 * @param {string} yes
 * @returns {Promise<boolean>}
 */
export function confirmed(title, sentence, yes) {
  const id = elementId("question");
  const dialog = h("dialog", { class: "ck-panel-dialog", "aria-labelledby": id });
  /**
   * @param {string} label
   * @param {string} value
   * @param {boolean} [primary]
   */
  const answer = (label, value, primary) =>
    h("button", { type: "button", class: primary && "ck-panel-primary", onclick: () => dialog.close(value) }, label);
  dialog.append(h("h2", { id }, title), h("p", {}, sentence),
    h("p", { class: "ck-panel-buttons" }, answer("Not now", ""), answer(yes, "yes", true)));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.querySelector(".ck-panel")?.append(dialog);
    dialog.showModal();
  });
}

// What is typed is kept for this tab until it is sent, with the id that it is sent under: sent twice, it is done once.
class Draft {
  /**
   * @param {string} key
   * @param {T.TextField[]} fields
   */
  constructor(key, fields) {
    this.key = `cluster-kit:console:${location.pathname}:${key}`;
    this.fields = fields;
    const kept = this.#read();
    this.id = kept.id ?? mintId();
    for (const [place, field] of fields.entries()) field.value = kept.words?.[place] ?? "";
    for (const field of fields) field.addEventListener("input", () => this.#changed());
  }

  get words() {
    return this.fields.map((field) => field.value.trim());
  }

  clear() {
    for (const field of this.fields) field.value = "";
    this.id = mintId();
    this.#write(null);
  }

  // Other words are another thing to do.
  #changed() {
    this.id = mintId();
    this.#write({ id: this.id, words: this.fields.map((field) => field.value) });
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {object | null} kept */
  #write(kept) {
    try {
      if (kept) sessionStorage.setItem(this.key, JSON.stringify(kept));
      else sessionStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing: what was typed is on the page only.
    }
  }
}

// Fields, and the button that sends them. What is typed stays until it is kept.
/**
 * @param {Panel<any>} panel
 * @param {T.TextField[]} fields
 * @param {T.ComposeOptions} arg2
 */
export function compose(panel, fields, { kind, label, elements, toAsked }) {
  const draft = new Draft(kind, fields);
  const send = async () => {
    if (await panel.act(kind, { ...toAsked(draft.words), id: draft.id })) draft.clear();
  };
  const form = h("form", { class: "ck-panel-form", novalidate: true }, elements, button(label, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button")?.click();
  });
  return form;
}

// "3 minutes", "1 minute".
/**
 * @param {number} number
 * @param {string} what
 */
export function count(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

// A label above its field.
/**
 * @param {string} label
 * @param {HTMLElement} field
 */
export function labelled(label, field) {
  field.id = elementId("field");
  return h("p", { class: "ck-panel-field" }, h("label", { for: field.id }, label), field);
}

/** @param {string} sentence */
export function quiet(sentence) {
  return h("p", { class: "ck-panel-quiet" }, sentence);
}

// Elements of panels: lists that keep the keyboard focus, buttons with a busy state, confirmations, drafts.
import { elementId, h, mintId, setInvalid } from "../shared/dom.js";
import { explainExcess, limitLength, updateRemaining } from "../shared/length_limit.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as S from "../shared/types.js" */
/** @import * as T from "./types.js" */
/** @import {Panel} from "./panel.js" */

const PLACEHOLDER = "none";
const GUARD_MS = 2000;
const CHANGED = "This button changed a moment ago, so nothing was done. Look again, then press it.";

/** @type {WeakMap<Element, number>} */
const changedAt = new WeakMap(); // buttons whose label changed, usually because someone else acted

// Show one element for each item ({key, ...}), in this order, or the placeholder that `buildEmpty` builds. Unchanged
// items keep their element; if an element with the focus is replaced, its successor (the same `data-focus` in the item
// of the same key) gets it.
/**
 * @template {{key: string | number}} I
 * @param {HTMLElement} parent
 * @param {I[]} items
 * @param {(item: I) => T.ListElement} build
 * @param {() => T.ListElement} [buildEmpty]
 */
export function showList(parent, items, build, buildEmpty) {
  const restoreFocus = focusWithin(parent);
  const before = new Map(childrenOf(parent).map((el) => [el.dataset.key, el]));
  /**
   * @param {string} key
   * @param {string} source
   * @param {() => T.ListElement} rebuild
   */
  const keep = (key, source, rebuild) => {
    const old = before.get(key);
    if (old?.source === source) return old;
    const el = rebuild();
    el.dataset.key = key;
    el.source = source;
    if (old) {
      keepOpen(old, el);
      noteChanges(old, el);
    }
    return el;
  };
  const after = items.map((item) => keep(String(item.key), JSON.stringify(item), () => build(item)));
  if (!items.length && buildEmpty) after.push(keep(PLACEHOLDER, "", buildEmpty));
  for (const el of before.values()) if (!after.includes(el)) el.remove();
  for (const [place, el] of after.entries()) {
    if (parent.children[place] !== el) parent.insertBefore(el, parent.children[place] ?? null);
  }
  restoreFocus?.();
}

/**
 * @param {HTMLElement} parent
 * @returns {T.ListElement[]}
 */
function childrenOf(parent) {
  return /** @type {T.ListElement[]} */ ([...parent.children]);
}

// Note the buttons that mean something else than their predecessors.
/**
 * @param {HTMLElement} old
 * @param {HTMLElement} el
 */
function noteChanges(old, el) {
  for (const one of [el, ...el.querySelectorAll("button")]) {
    if (!(one instanceof HTMLButtonElement) || !one.dataset.focus) continue;
    const before = named(old, one.dataset.focus);
    if (!before) continue;
    const at = before.textContent === one.textContent ? changedAt.get(before) : Date.now();
    if (at) changedAt.set(one, at);
  }
}

// Whether a click may have been meant for what the button was before. The panel says so.
/** @param {HTMLButtonElement} el */
function isTooSoon(el) {
  if (Date.now() - (changedAt.get(el) ?? 0) >= GUARD_MS) return false;
  const status = el.closest(".ck-panel")?.querySelector(".ck-panel-status[role=status]");
  if (status) status.textContent = CHANGED;
  return true;
}

// Keep the open state of an item's <details>.
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

// The element with this name in an item, or the item itself.
/**
 * @param {HTMLElement} item
 * @param {string | undefined} name
 */
function named(item, name) {
  const all = [item, .../** @type {NodeListOf<HTMLElement>} */ (item.querySelectorAll("[data-focus]"))];
  return all.find((el) => el.dataset.focus === name);
}

// A function that restores the focus to its element or, if that is gone, to the list; or null.
/** @param {HTMLElement} parent */
function focusWithin(parent) {
  const active = document.activeElement;
  const name = active?.closest("[data-focus]")?.getAttribute("data-focus");
  const key = childrenOf(parent).find((el) => el.contains(active))?.dataset.key;
  if (!name || key === undefined) return null;
  return () => {
    if (parent.contains(document.activeElement)) return;
    const item = childrenOf(parent).find((el) => el.dataset.key === key);
    const successor = item && named(item, name);
    if (successor) (/** @type {HTMLElement | null} */ (successor.querySelector(":scope > summary")) ?? successor).focus({ preventScroll: true });
    else {
      parent.tabIndex = -1;
      parent.focus({ preventScroll: true });
    }
  };
}

// A button that is busy until its action is done. `name` keeps the focus on it when its list changes.
/**
 * @param {S.Child} label
 * @param {() => unknown} act
 * @param {{name?: string, about?: string, primary?: boolean}} [options]
 */
export function button(label, act, { name, about, primary } = {}) {
  const el = h("button", { type: "button", "data-focus": name, class: primary && "ck-panel-primary" }, label);
  if (about) el.append(h("span", { class: "ck-hidden" }, ` ${about}`));
  el.addEventListener("click", async () => {
    if (el.getAttribute("aria-disabled") || isTooSoon(el)) return;
    el.setAttribute("aria-disabled", "true");
    await act();
    el.removeAttribute("aria-disabled");
  });
  return el;
}

// Confirm an action that all participants notice; true if confirmed.
/**
 * @param {string} title
 * @param {string} sentence
 * @param {string} yes
 * @returns {Promise<boolean>}
 */
export function confirmed(title, sentence, yes) {
  const [id, about] = ["question", "about"].map(elementId);
  const dialog = h("dialog", { class: "ck-panel-dialog", "aria-labelledby": id, "aria-describedby": about });
  /**
   * @param {string} label
   * @param {string} value
   * @param {boolean} [primary]
   */
  const answer = (label, value, primary) =>
    h("button", { type: "button", class: primary && "ck-panel-primary", onclick: () => dialog.close(value) }, label);
  dialog.append(h("h2", { id }, title), h("p", { id: about }, sentence),
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

// A draft is kept for this tab until it is sent, with its command id, so that a repeated command is executed once.
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
    for (const [place, field] of fields.entries()) {
      field.value = kept.words?.[place] ?? "";
      updateRemaining(field);
      field.addEventListener("input", () => this.#changed());
    }
  }

  get words() {
    return this.fields.map((field) => field.value.trim());
  }

  clear() {
    for (const field of this.fields) {
      field.value = "";
      updateRemaining(field);
    }
    this.id = mintId();
    this.#write(null);
  }

  // A changed text is a new command.
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
      // Storage is unavailable: the draft exists on the page only.
    }
  }
}

// Fields and their submit button. The text stays until it is stored.
/**
 * @template V
 * @template {keyof M.CommandValues} K
 * @param {Panel<V>} panel
 * @param {T.TextField[]} fields
 * @param {T.ComposeOptions<K>} options
 */
export function compose(panel, fields, { kind, label, elements, toCommand }) {
  const draft = new Draft(kind, fields);
  const status = h("p", { class: "ck-panel-status", role: "status" });
  const send = async () => {
    if (refuseExcess(fields, status)) return;
    const isDone = await panel.act(kind, { ...toCommand(draft.words), id: draft.id, status });
    if (isDone) draft.clear();
    const wrong = isDone ? undefined : (fields.find((field) => !field.value.trim()) ?? fields.find((field) => !field.validity.valid));
    for (const field of fields) setInvalid(field, status, field === wrong);
    wrong?.focus();
  };
  const form = h("form", { class: "ck-panel-form", novalidate: true }, elements, button(label, send), status);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button")?.click();
  });
  return form;
}

// Whether a text is too long to be sent. The status says which and by how much, and its field gets the focus.
/**
 * @param {T.TextField[]} fields
 * @param {HTMLElement} status
 */
export function refuseExcess(fields, status) {
  const wrong = fields.find((field) => explainExcess(field));
  for (const field of fields) setInvalid(field, status, field === wrong);
  if (!wrong) return false;
  status.textContent = explainExcess(wrong);
  wrong.focus();
  return true;
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

// A label above a text field, and below it the characters that are left. `longest` is the limit.
/**
 * @param {string} label
 * @param {T.TextField} field
 * @param {number} longest
 */
export function labelledText(label, field, longest) {
  const element = labelled(label, field);
  element.append(limitLength(field, longest, `“${label.replace(" (optional)", "")}”`));
  return element;
}

/** @param {string} sentence */
export function quiet(sentence) {
  return h("p", { class: "ck-panel-quiet" }, sentence);
}

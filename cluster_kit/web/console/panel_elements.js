// The parts that panels are made of: lists that change without taking the keyboard away, buttons that wait, questions, drafts.
import { elementId, h, mintId } from "../shared/dom.js";

// Show one element for each item ({key, ...}), in this order. What says the same as before stays as it is; where an element with
// the keyboard changes, its successor (the same `data-focus` in the item of the same key) gets it.
export function showList(parent, items, build) {
  const held = focusWithin(parent);
  const before = new Map([...parent.children].map((el) => [el.dataset.key, el]));
  const after = items.map((item) => {
    const said = JSON.stringify(item);
    const old = before.get(String(item.key));
    if (old?.said === said) return old;
    const el = build(item);
    el.dataset.key = item.key;
    el.said = said;
    if (old) keepOpen(old, el);
    return el;
  });
  for (const el of before.values()) if (!after.includes(el)) el.remove();
  after.forEach((el, place) => parent.children[place] !== el && parent.insertBefore(el, parent.children[place] ?? null));
  held?.();
}

// What of an item is folded or unfolded stays so.
function keepOpen(old, el) {
  for (const fold of [el, ...el.querySelectorAll("details")].filter((one) => one.matches("details[data-focus]"))) {
    fold.open = named(old, fold.dataset.focus)?.open ?? fold.open;
  }
}

// What bears this name in an item: something in it, or the item itself.
function named(item, name) {
  return [item, ...item.querySelectorAll("[data-focus]")].find((el) => el.dataset.focus === name);
}

// What gives the keyboard back to where it was, or, where that is gone, to the list; or nothing.
function focusWithin(parent) {
  const active = document.activeElement;
  const name = active?.closest("[data-focus]")?.dataset.focus;
  const key = [...parent.children].find((el) => el.contains(active))?.dataset.key;
  if (!name || key === undefined) return null;
  return () => {
    if (parent.contains(document.activeElement)) return;
    const item = [...parent.children].find((el) => el.dataset.key === key);
    const heir = item && named(item, name);
    if (heir) (heir.querySelector(":scope > summary") ?? heir).focus({ preventScroll: true });
    else {
      parent.tabIndex = -1;
      parent.focus({ preventScroll: true });
    }
  };
}

// A button that is busy until what it does is done. `name` keeps the keyboard on it when its list changes.
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
export function confirmed(title, sentence, yes) {
  const id = elementId("question");
  const dialog = h("dialog", { class: "ck-panel-dialog", "aria-labelledby": id });
  const answer = (label, value, primary) =>
    h("button", { type: "button", class: primary && "ck-panel-primary", onclick: () => dialog.close(value) }, label);
  dialog.append(h("h2", { id }, title), h("p", {}, sentence),
    h("p", { class: "ck-panel-buttons" }, answer("Not now", ""), answer(yes, "yes", true)));
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.querySelector(".ck-panel").append(dialog);
    dialog.showModal();
  });
}

// What is typed is kept for this tab until it is sent, with the id that it is sent under: sent twice, it is done once.
class Draft {
  constructor(key, fields) {
    Object.assign(this, { key: `cluster-kit:console:${location.pathname}:${key}`, fields });
    const kept = this.#read();
    this.id = kept.id ?? mintId();
    fields.forEach((field, place) => (field.value = kept.words?.[place] ?? ""));
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
      return JSON.parse(sessionStorage.getItem(this.key)) ?? {};
    } catch {
      return {};
    }
  }

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
export function compose(panel, fields, { kind, label, elements, toAsked }) {
  const draft = new Draft(kind, fields);
  const send = async () => {
    if (await panel.act(kind, { ...toAsked(draft.words), id: draft.id })) draft.clear();
  };
  const form = h("form", { class: "ck-panel-form", novalidate: true }, elements, button(label, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button").click();
  });
  return form;
}

// "3 minutes", "1 minute".
export function count(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

// A label above its field.
export function labelled(label, field) {
  field.id = elementId("field");
  return h("p", { class: "ck-panel-field" }, h("label", { for: field.id }, label), field);
}

export function quiet(sentence) {
  return h("p", { class: "ck-panel-quiet" }, sentence);
}

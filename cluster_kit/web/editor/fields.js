// Fields of an entry. Each has the key path of what it edits, so that a problem is shown beside it.
import { elementId, h } from "../shared/dom.js";
import { isTrue, moveEntry, setText } from "./entries.js";
/** @import * as E from "./types.js" */
/** @import * as S from "../shared/types.js" */

// What the fields need of the page: `changed` is called after each change, `redraw` after entries were moved.
/**
 * @typedef {{changed: () => void, redraw: (focus?: string) => void, announce: (sentence: string) => void}} Page
 */

// A wrapper with a label, a hint, and a place for problems.
/**
 * @param {string} key
 * @param {string} label
 * @param {HTMLElement} control
 * @param {E.FieldOptions} options
 * @param {...S.Child} after
 */
function wrap(key, label, control, { hint = "", required = false }, ...after) {
  const id = elementId("field");
  control.id = id;
  const problem = h("p", { class: "ck-edit-problem", id: `${id}-problem`, hidden: true });
  const described = [hint && `${id}-hint`, `${id}-problem`].filter(Boolean).join(" ");
  control.setAttribute("aria-describedby", described);
  if (required) control.setAttribute("aria-required", "true");
  return h("div", { class: "ck-edit-field", "data-key": key },
    h("label", { for: id }, label), hint && h("p", { class: "ck-edit-hint", id: `${id}-hint` }, hint), control, problem, ...after);
}

/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} key
 * @param {string} label
 * @param {E.FieldOptions} [options]
 */
export function textField(page, entry, name, key, label, options = {}) {
  const { lines = 1, shared, required = false } = options;
  const shown = entry[name] ?? shared ?? "";
  const control = lines > 1 ? h("textarea", { rows: lines }) : h("input", { type: "text" });
  control.value = shown;
  if (control instanceof HTMLTextAreaElement) fitHeight(control);
  const reset = resetButton(page, entry, name, shared, key, label);
  control.addEventListener("input", () => {
    setText(entry, name, control.value, required);
    if (shared !== undefined && control.value === shared) delete entry[name];
    if (reset) reset.hidden = !(name in entry);
    page.changed();
  });
  return wrap(key, label, control, options, reset);
}

// A text area as high as its text, where the browser can do that; elsewhere it keeps its rows.
/** @param {HTMLTextAreaElement} control */
function fitHeight(control) {
  control.classList.add("ck-edit-fit");
}

/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {any} shared
 * @param {string} key
 * @param {string} label What the text is, for screen readers
 */
function resetButton(page, entry, name, shared, key, label) {
  if (shared === undefined) return null;
  return h("button", { type: "button", class: "ck-edit-quiet", "aria-label": `Use the shared text again: ${label}`, hidden: !(name in entry), onclick: () => {
    delete entry[name];
    page.changed();
    page.redraw(key);
  } }, "Use the shared text again");
}

/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} key
 * @param {string} label
 * @param {E.FieldOptions} [options]
 */
export function numberField(page, entry, name, key, label, options = {}) {
  const { shared, required = false } = options;
  const reset = resetButton(page, entry, name, shared, key, label);
  const control = h("input", { type: "text", inputmode: "numeric", class: "ck-edit-number", value: entry[name] ?? shared ?? "" });
  control.addEventListener("input", () => {
    setText(entry, name, control.value, required);
    if (shared !== undefined && control.value === shared) delete entry[name];
    if (reset) reset.hidden = !(name in entry);
    page.changed();
  });
  return wrap(key, label, control, options, reset);
}

/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} key
 * @param {string} label
 * @param {Array<[string, string]>} choices
 * @param {E.FieldOptions} [options]
 */
export function choiceField(page, entry, name, key, label, choices, options = {}) {
  const current = entry[name] ?? options.shared ?? "";
  const control = h("select", {}, choices.map(([value, text]) => h("option", { value, selected: value === current }, text)));
  control.addEventListener("change", () => {
    setText(entry, name, control.value);
    page.changed();
  });
  return wrap(key, label, control, options);
}

/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} key
 * @param {string} label
 * @param {{on?: string, standard?: boolean}} [values]
 */
export function tickField(page, entry, name, key, label, { on = "true", standard = false } = {}) {
  const id = elementId("tick");
  const ticked = name in entry ? (on === "true" ? isTrue(entry[name]) : entry[name] === on) : standard;
  const control = h("input", { type: "checkbox", id, checked: ticked, "aria-describedby": `${id}-problem` });
  control.addEventListener("change", () => {
    if (control.checked === standard) delete entry[name];
    else entry[name] = control.checked ? on : "false";
    page.changed();
  });
  return h("div", { class: "ck-edit-field ck-edit-tick", "data-key": key },
    control, h("label", { for: id }, label), h("p", { class: "ck-edit-problem", id: `${id}-problem`, hidden: true }));
}

// Up, down, and remove buttons of an entry. `what` names the entry for screen readers.
/**
 * @param {Page} page
 * @param {any[]} entries
 * @param {any} entry
 * @param {string} key
 * @param {string} what
 * @param {(() => unknown) | null} remove
 * @param {(entry: any) => boolean} [counts]
 */
export function orderButtons(page, entries, entry, key, what, remove, counts = () => true) {
  const among = entries.filter(counts);
  const at = among.indexOf(entry);
  const move = (/** @type {number} */ step) => () => {
    if (!moveEntry(entries, entry, step, counts)) return;
    page.changed();
    page.announce(`${what}: now ${among.indexOf(entry) + step + 1} of ${among.length}.`);
    page.redraw(`${key}/${step < 0 ? "up" : "down"}`);
  };
  return h("span", { class: "ck-edit-order" },
    h("button", { type: "button", "data-focus": `${key}/up`, "aria-disabled": at === 0 ? "true" : null, "aria-label": `Move up: ${what}`, title: "Move up", onclick: move(-1) }, "↑"),
    h("button", { type: "button", "data-focus": `${key}/down`, "aria-disabled": at === among.length - 1 ? "true" : null, "aria-label": `Move down: ${what}`, title: "Move down", onclick: move(1) }, "↓"),
    remove && h("button", { type: "button", "data-focus": `${key}/remove`, "aria-label": `Remove: ${what}`, onclick: remove }, "Remove"));
}

// A list of texts, such as the steps of an exercise.
/**
 * @param {Page} page
 * @param {E.Entry} entry
 * @param {string} name
 * @param {string} key
 * @param {string} legend
 * @param {string} noun
 * @param {E.FieldOptions} [options]
 */
export function textList(page, entry, name, key, legend, noun, { shared, hint } = {}) {
  const own = () => {
    if (!(name in entry)) entry[name] = [...(shared ?? [])];
    return /** @type {any[]} */ (entry[name]);
  };
  const texts = /** @type {string[]} */ (entry[name] ?? shared ?? []);
  const items = texts.map((text, index) => {
    const place = `${key}.${index + 1}`;
    const id = elementId("text");
    const control = h("textarea", { rows: 2, id, class: "ck-edit-fit", "aria-label": `${noun} ${index + 1}`, "data-focus": place, "aria-describedby": `${id}-problem` });
    control.value = text ?? "";
    control.addEventListener("input", () => {
      own()[index] = control.value.replace(/\s+/g, " ").trim() || null;
      page.changed();
    });
    const swap = (/** @type {number} */ step) => () => {
      const list = own();
      const to = index + step;
      if (to < 0 || to >= list.length) return;
      [list[index], list[to]] = [list[to], list[index]];
      page.changed();
      page.announce(`${noun}: now ${to + 1} of ${list.length}.`);
      page.redraw(`${key}.${to + 1}/${step < 0 ? "up" : "down"}`);
    };
    const remove = () => {
      own().splice(index, 1);
      if (!own().length && shared === undefined) delete entry[name];
      page.changed();
      page.redraw(`${key}/add`);
    };
    const what = `${noun} ${index + 1}`;
    return h("li", { class: "ck-edit-field", "data-key": place }, control,
      h("p", { class: "ck-edit-problem", id: `${id}-problem`, hidden: true }),
      h("span", { class: "ck-edit-order" },
        h("button", { type: "button", "data-focus": `${place}/up`, "aria-disabled": index === 0 ? "true" : null, "aria-label": `Move up: ${what}`, title: "Move up", onclick: swap(-1) }, "↑"),
        h("button", { type: "button", "data-focus": `${place}/down`, "aria-disabled": index === texts.length - 1 ? "true" : null, "aria-label": `Move down: ${what}`, title: "Move down", onclick: swap(1) }, "↓"),
        h("button", { type: "button", "aria-label": `Remove: ${what}`, onclick: remove }, "Remove")));
  });
  return h("fieldset", { class: "ck-edit-group", "data-key": key },
    h("legend", {}, legend), hint && h("p", { class: "ck-edit-hint" }, hint),
    h("ol", { class: "ck-edit-texts" }, items),
    h("p", { class: "ck-edit-problem", hidden: true }),
    h("button", { type: "button", class: "ck-edit-add", "data-focus": `${key}/add`, onclick: () => {
      own().push(null);
      page.changed();
      page.redraw(`${key}.${own().length}`);
    } }, `Add a ${noun.toLowerCase()}`), resetButton(page, entry, name, shared, key, legend));
}

// One builder per kind of prompt. A control is {nodes, targets, group, typed, read, write}: the elements, the inputs
// among them, whether they need a common legend, whether they take typed text, the id of the description, and
// conversion of the value. `read` returns {value, problem}; a value with a problem is invalid input, which is not sent.
import { OTHER_PREFIX } from "./completeness.js";
import { elementId, h } from "../shared/dom.js";
import { buildDate } from "./dates.js";
import { buildFileControl, formatFile } from "./file_control.js";
import { INSTALLED } from "./installed_kinds.js";
import { findRole, knownNames, learnPeople } from "./people.js";
import { buildSegments, clearRadios, fitsSegments } from "./segments.js";
import { withSuggestions } from "./suggestions.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @typedef {{node: HTMLElement | null, show: () => void, read: () => T.Reading, write: (value: string | null) => void}} OtherText */

const MOST_RADIOS = 6;
const LONGEST_LINE = 40;
// Programs print a minus sign or a dash where a keyboard has a hyphen, as in a number that is pasted from Word.
const PRINTED_MINUS = /^[\u2212\u2012\u2013\uff0d](?=[\d.])/;

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {T.Address} address
 * @param {{compact?: boolean, asList?: boolean}} [arg3]
 * @returns {T.Control}
 */
export function buildControl(prompt, form, address, { compact = false, asList = false } = {}) {
  if (prompt.kind === "file") return buildFileControl(prompt, form, address);
  if (compact && fitsSegments(prompt)) return buildSegments(prompt.kind === "rating" ? ratingOptions(prompt) : prompt.options);
  const build = BUILDERS[prompt.kind] ?? INSTALLED[prompt.kind].build;
  return build(prompt, form, compact || asList);
}

/** @type {Record<string, (prompt: T.FieldPrompt, form: T.Form, compact: boolean) => T.Control>} */
const BUILDERS = { text, choice, rating, number, date: buildDate, person };

// The message for text that is too long, or "".
/**
 * @param {string} words
 * @param {number} limit
 */
function tooLong(words, limit) {
  if (words.length <= limit || [...words].length <= limit) return "";
  const count = [...words].length.toLocaleString("en-US");
  return `This is ${count} characters long; up to ${limit.toLocaleString("en-US")} can be kept. Shorten it, or give a link to the document.`;
}

/** @param {string} words */
export function countWords(words) {
  return words.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

// --- text ---

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {boolean} compact
 * @returns {T.Control}
 */
function text(prompt, form, compact) {
  if (prompt.suggest === "people") return personName(form);
  const rows = prompt.rows ? prompt.rows : compact || prompt.words <= 12 ? 1 : Math.min(Math.ceil(prompt.words / 12), 6);
  const area = h("textarea", { id: elementId("text"), rows, spellcheck: "true", autocomplete: "off", dir: "auto" });
  // The text area grows with its content: a hidden copy in the same grid cell sets the height.
  const grow = h("div", { class: "ck-grow" }, area);
  const stretch = () => (grow.dataset.words = `${area.value}\n`);
  area.addEventListener("input", stretch);
  const read = () => ({ value: area.value || null, problem: tooLong(area.value, form.limits.text) });
  /** @param {string | null} value */
  const write = (value) => {
    area.value = value ?? "";
    stretch();
  };
  return { nodes: [grow], targets: [area], typed: true, read, write };
}

/**
 * @param {T.FieldPrompt} prompt
 * @returns {T.Control}
 */
function number(prompt) {
  const input = h("input", { id: elementId("number"), inputmode: prompt.whole ? "numeric" : "decimal", autocomplete: "off" });
  const unit = prompt.unit && h("span", { id: elementId("unit") }, prompt.unit);
  const read = () => {
    const typed = input.value.trim();
    const value = Number(typed.replaceAll(",", "").replace(PRINTED_MINUS, "-"));
    if (!typed) return { value: null };
    return Number.isFinite(value) ? { value } : { value: typed, problem: "Type a number, such as 12." };
  };
  /** @param {number | string | null} value */
  const write = (value) => (input.value = String(value ?? ""));
  return { nodes: [h("span", { class: "ck-with-unit" }, input, unit)], targets: [input], typed: true, describedby: unit?.id, read, write };
}

// Text that names a person, in one line.
/**
 * @param {T.Form} form
 * @returns {T.Control}
 */
function personName(form) {
  const input = h("input", { id: elementId("name"), type: "text", dir: "auto", spellcheck: "false" });
  const read = () => ({ value: input.value || null, problem: tooLong(input.value, form.limits.text) });
  /** @param {string | null} value */
  const write = (value) => (input.value = value ?? "");
  input.addEventListener("change", () => learnPeople([{ name: input.value, role: "" }]));
  return { nodes: [withSuggestions(input, knownNames)], targets: [input], typed: true, read, write };
}

/**
 * @param {T.FieldPrompt} _prompt
 * @param {T.Form} form
 * @returns {T.Control}
 */
function person(_prompt, form) {
  const name = h("input", { id: elementId("name"), type: "text", dir: "auto", spellcheck: "false" });
  const role = h("input", { id: elementId("role"), type: "text" });
  let filled = ""; // the role that a chosen name brought along, and that is unchanged since
  name.addEventListener("input", () => {
    if (role.value && role.value !== filled) return;
    filled = findRole(name.value);
    role.value = filled;
  });
  const nodes = [
    h("div", { class: "ck-pair" },
      h("div", {}, h("label", { for: name.id }, "Name"), withSuggestions(name, knownNames)),
      h("div", {}, h("label", { for: role.id }, "Role"), withSuggestions(role, () => form.roles))),
  ];
  const read = () => {
    if (!name.value && !role.value) return { value: null };
    const problem = tooLong(name.value, form.limits.name) || tooLong(role.value, form.limits.name);
    return { value: { name: name.value, role: role.value }, problem };
  };
  /** @param {{name: string, role: string} | null} value */
  const write = (value) => {
    name.value = value?.name ?? "";
    role.value = value?.role ?? "";
    filled = "";
    if (value) learnPeople([value]);
  };
  for (const input of [name, role]) input.addEventListener("change", () => learnPeople([{ name: name.value, role: role.value }]));
  return { nodes, targets: [name, role], group: true, typed: true, read, write };
}

// --- choices ---

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {boolean} compact
 */
function choice(prompt, form, compact) {
  if (prompt.many) return pickMany(prompt, form);
  const short = !compact && prompt.options.length <= MOST_RADIOS && !prompt.live;
  return short ? pickRadio(prompt, form) : pickSelect(prompt, form);
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {boolean} compact
 */
function rating(prompt, form, compact) {
  const options = ratingOptions(prompt);
  return compact ? pickSelect({ ...prompt, options }, form) : pickRadio({ ...prompt, options, cards: !prompt.inline }, form);
}

/** @param {T.FieldPrompt} prompt */
function ratingOptions(prompt) {
  const points = prompt.scale.map((/** @type {M.ScalePointView} */ { value, label, text: anchor }) => ({ id: value, label: `${value} · ${label}`, help: anchor }));
  const beside = prompt.off_scale.map((/** @type {M.OffScaleView} */ { id, label, asks_reason: asksReason }) => ({ id, label: asksReason ? `${label}, because …` : label, beside: true }));
  return [...points, ...beside];
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @returns {T.Control}
 */
function pickRadio(prompt, form) {
  const name = elementId("choice");
  const options = offered(prompt);
  const radios = options.map((option) => h("input", { type: "radio", name, id: elementId("option"), value: option.id }));
  const words = otherText(prompt, form, () => checked()?.value === OTHER_PREFIX);
  const clear = h("button", { type: "button", class: "ck-quiet", onclick: () => clearRadios(box, radios) }, "Clear this answer");
  const layout = prompt.cards ? "ck-cards" : prompt.inline || fitsLine(options) ? "ck-radios ck-inline" : "ck-radios";
  const box = h("div", { class: layout }, options.map((option, at) => besideOwn(option, labelled(radios[at], option), words)));
  const checked = () => radios.find((radio) => radio.checked);
  const show = () => {
    words.show();
    clear.hidden = Boolean(prompt.required);
    clear.classList.toggle("ck-unused", !checked()); // its place is kept: nothing moves with the first choice
  };
  box.addEventListener("input", show);
  const read = () => {
    const at = radios.findIndex((radio) => radio.checked);
    return at < 0 ? { value: null } : options[at].id === OTHER_PREFIX ? words.read() : { value: options[at].id };
  };
  /** @param {string | number | null} value */
  const write = (value) => {
    const wanted = isOther(prompt, value) ? OTHER_PREFIX : value;
    for (const [at, radio] of radios.entries()) radio.checked = options[at].id === wanted;
    words.write(isOther(prompt, value) ? String(value) : null);
    show();
  };
  show();
  return { nodes: [box, clear], targets: radios, group: true, read, write };
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @returns {T.Control}
 */
function pickSelect(prompt, form) {
  /** @type {T.ChoiceOption[]} */
  let options = [];
  const select = h("select", { id: elementId("select") });
  const none = emptyNote(prompt);
  const words = otherText(prompt, form, () => select.value === OTHER_PREFIX);
  /** @param {string | number | null} [value] */
  const offer = (value = null) => {
    const available = offered(prompt).filter((option) => !option.gone || option.id === value);
    if (sameOptions(available, options)) return;
    options = available;
    none.hidden = options.length > 0;
    const blank = prompt.required ? [] : [h("option", { value: "" }, "Choose …")];
    select.replaceChildren(...blank, ...options.map((option) => h("option", { value: option.id }, optionText(option))));
  };
  const read = () => {
    if (select.value === OTHER_PREFIX) return words.read();
    const option = options.find((one) => String(one.id) === select.value);
    return { value: option?.id ?? null };
  };
  /** @param {string | number | null} value */
  const write = (value) => {
    offer(value);
    select.value = isOther(prompt, value) ? OTHER_PREFIX : String(value ?? "");
    words.write(isOther(prompt, value) ? String(value) : null);
    words.show();
  };
  /** @param {M.OptionView[]} fresh */
  const updateOptions = (fresh) => {
    const { value } = read();
    prompt.options = fresh;
    write(value);
  };
  select.addEventListener("input", words.show);
  write(null);
  return { nodes: [select, none, words.node], targets: [select], typed: true, read, write, updateOptions };
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @returns {T.Control}
 */
function pickMany(prompt, form) {
  /** @type {Array<{option: T.ChoiceOption, input: HTMLInputElement}>} */
  let boxes = [];
  const words = otherText(prompt, form, () => boxes.some(({ input, option }) => option.id === OTHER_PREFIX && input.checked));
  const list = h("div", { class: "ck-checks-list" });
  const none = emptyNote(prompt);
  /** @param {string[]} value */
  const offer = (value) => {
    const available = offered(prompt).filter((option) => !option.gone || value.includes(String(option.id)));
    if (sameOptions(available, boxes.map((box) => box.option))) return;
    none.hidden = available.length > 0;
    const focused = boxes.find(({ input }) => input === document.activeElement)?.option.id;
    boxes = available.map((option) => ({ option, input: h("input", { type: "checkbox", id: elementId("option") }) }));
    list.replaceChildren(...boxes.map(({ input, option }) => besideOwn(option, labelled(input, option), words)));
    list.classList.toggle("ck-columns", boxes.length > MOST_RADIOS);
    boxes.find(({ option }) => option.id === focused)?.input.focus();
  };
  const read = () => {
    const chosen = boxes.filter(({ input, option }) => input.checked && option.id !== OTHER_PREFIX).map(({ option }) => String(option.id));
    const own = boxes.some(({ input, option }) => input.checked && option.id === OTHER_PREFIX) ? words.read() : {};
    if (own.value) chosen.push(own.value);
    return { value: chosen.length ? chosen : null, problem: own.problem };
  };
  /** @param {string[] | null} value */
  const write = (value) => {
    const chosen = value ?? [];
    const own = chosen.find((one) => isOther(prompt, one)) ?? null;
    offer(chosen);
    for (const { input, option } of boxes) input.checked = option.id === OTHER_PREFIX ? own !== null : chosen.includes(String(option.id));
    words.write(own);
    words.show();
  };
  /** @param {M.OptionView[]} fresh */
  const updateOptions = (fresh) => {
    const { value } = read();
    prompt.options = fresh;
    write(value);
  };
  list.addEventListener("input", words.show);
  write(null);
  const control = { nodes: [none, list], targets: [], group: true, read, write, updateOptions };
  return /** @type {T.Control} */ (Object.defineProperty(control, "targets", { get: () => boxes.map(({ input }) => input) }));
}

// --- helpers of choices ---

/**
 * @param {T.FieldPrompt} prompt
 * @returns {T.ChoiceOption[]}
 */
function offered(prompt) {
  return prompt.other ? [...prompt.options, { id: OTHER_PREFIX, label: "Something else" }] : prompt.options;
}

// The placeholder for choices that come from answers not given yet.
/** @param {T.FieldPrompt} prompt */
function emptyNote(prompt) {
  const words = prompt.live ? "Nothing to choose from yet: the choices appear once your team has written them." : "";
  return h("p", { class: "ck-help" }, words);
}

// A free text value starts with "other:"; an option's id never contains a colon.
/**
 * @param {T.FieldPrompt} prompt
 * @param {any} value
 * @returns {boolean}
 */
function isOther(prompt, value) {
  return Boolean(prompt.other) && typeof value === "string" && value.startsWith(OTHER_PREFIX);
}

// Whether options fit on one line; otherwise each has its own line.
/** @param {T.ChoiceOption[]} options */
function fitsLine(options) {
  const length = options.reduce((sum, option) => sum + option.label.length, 0);
  return length <= LONGEST_LINE && options.every((option) => !option.help);
}

/** @param {T.ChoiceOption} option */
function optionText(option) {
  return option.gone ? `${option.label} (removed)` : option.label;
}

/**
 * @param {T.ChoiceOption[]} some
 * @param {T.ChoiceOption[]} others
 */
function sameOptions(some, others) {
  /** @param {T.ChoiceOption[]} options */
  const text = (options) => JSON.stringify(options.map((option) => [option.id, option.label, option.gone]));
  return text(some) === text(others);
}

/**
 * @param {HTMLInputElement} input
 * @param {T.ChoiceOption} option
 */
function labelled(input, option) {
  const help = option.help && h("span", { class: "ck-option-help" }, option.help);
  const words = h("span", {}, h("span", { class: "ck-option-label" }, optionText(option)), help);
  return h("label", { class: option.beside ? "ck-option ck-beside" : "ck-option", for: input.id }, input, words);
}

// An option, and below "Something else" its text box.
/**
 * @param {T.ChoiceOption} option
 * @param {HTMLElement} label
 * @param {OtherText} words
 */
function besideOwn(option, label, words) {
  return option.id === OTHER_PREFIX && words.node ? h("div", { class: "ck-own" }, label, words.node) : label;
}

// The text box of "Something else". Its value is empty until it has text.
/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {() => boolean} wanted
 * @returns {OtherText}
 */
function otherText(prompt, form, wanted) {
  if (!prompt.other) return { node: null, show() {}, read: () => ({ value: null }), write() {} };
  const input = h("input", { type: "text", id: elementId("other"), autocomplete: "off", dir: "auto" });
  const node = h("div", { class: "ck-other" }, h("label", { for: input.id }, "In your own words", h("span", { class: "ck-hidden" }, `: ${prompt.label}`)), input);
  return {
    node,
    show: () => (node.hidden = !wanted()),
    read: () => ({ value: input.value.trim() ? OTHER_PREFIX + input.value : null, problem: tooLong(input.value, form.limits.name) }),
    write: (value) => (input.value = value === null ? input.value && wanted() ? input.value : "" : value.slice(OTHER_PREFIX.length)),
  };
}

// --- display ---

// An answer as text for display.
/**
 * @param {T.FieldPrompt} prompt
 * @param {any} value
 * @returns {string}
 */
export function inWords(prompt, value) {
  if (value === null || value === undefined || value === "") return "(nothing)";
  if (Array.isArray(value)) return value.map((one) => inWords(prompt, one)).join("; ");
  if (prompt.kind === "person") return [value.name, value.role].filter(Boolean).join(", ");
  if (prompt.kind === "file") return formatFile(value);
  if (INSTALLED[prompt.kind]) return INSTALLED[prompt.kind].inWords(prompt, value);
  if (prompt.kind === "rating") return ratingInWords(prompt, value);
  if (isOther(prompt, value)) return value.slice(OTHER_PREFIX.length);
  if (prompt.kind === "choice") return optionInWords({ options: prompt.options, earlier: prompt.earlier }, value);
  return String(value);
}

// An option's label, also of one that is not offered any more. Without a label, its id as words.
/**
 * @param {{options: M.OptionView[], earlier: Record<string, string>}} prompt
 * @param {string} id
 * @returns {string}
 */
export function optionInWords(prompt, id) {
  const offered = prompt.options.find((option) => option.id === id);
  return offered?.label ?? prompt.earlier[id] ?? `earlier choice: ${id.replaceAll("_", " ")}`;
}

// For example "2 · Taking shape", or "Not sure yet".
/**
 * @param {T.FieldPrompt} prompt
 * @param {number | string} value
 */
function ratingInWords(prompt, value) {
  const beside = prompt.off_scale.find((/** @type {M.OffScaleView} */ choice) => choice.id === value);
  const point = prompt.scale.find((/** @type {M.ScalePointView} */ one) => one.value === value);
  if (!beside && !point) return `earlier choice: ${String(value).replaceAll("_", " ")}`;
  return beside?.label ?? `${value} · ${point?.label}`;
}

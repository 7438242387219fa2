// A text field with suggestions: a combobox with a list below it. Any text can be typed. A `datalist` would do the same,
// but the text of its list does not grow with the page in some browsers.
import { elementId, h } from "../shared/dom.js";

/**
 * Returns what to show in place of the field: the field and its list.
 * @param {HTMLInputElement} input
 * @param {() => string[]} offer what can be suggested now
 */
export function withSuggestions(input, offer) {
  const list = h("ul", { class: "ck-suggestions", role: "listbox", id: elementId("suggestions"), "aria-label": "Suggestions", hidden: true });
  const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  let active = -1;

  /** @param {number} at */
  const mark = (at) => {
    active = at;
    for (const [place, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(place === at));
    const option = list.children[at];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  /** @param {string} text */
  const choose = (text) => {
    input.value = text;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    close();
  };
  /** @param {boolean} all whether to suggest everything, whatever is typed */
  const open = (all) => {
    const typed = input.value.trim().toLocaleLowerCase();
    const texts = input.readOnly || input.disabled ? [] : offer().filter((text) => all || (text.toLocaleLowerCase().includes(typed) && text !== input.value));
    list.replaceChildren(...texts.map((text) => h("li", { role: "option", id: elementId("suggestion"), dir: "auto", onclick: () => choose(text) }, text)));
    close();
    list.hidden = texts.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    const { top, bottom } = input.getBoundingClientRect();
    const end = innerHeight - panelHeight();
    list.classList.toggle("ck-above", bottom + list.offsetHeight > end && top > end - bottom);
  };
  input.addEventListener("input", () => (input.value.trim() ? open(false) : close()));
  input.addEventListener("click", () => list.hidden && open(!input.value.trim()));
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the field
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (list.hidden) open(true);
      const count = list.childElementCount;
      if (count) mark(active < 0 && step < 0 ? count - 1 : (active + step + count) % count);
    } else if (event.key === "Enter" && active >= 0) choose(list.children[active].textContent ?? "");
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  close();
  return h("div", { class: "ck-suggest" }, input, list);
}

// The height of what is fixed at the lower edge of a narrow page.
function panelHeight() {
  return Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--ck-panel-height")) || 0;
}

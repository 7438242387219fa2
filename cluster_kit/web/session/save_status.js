// The page's save status, over all its forms.
import { atWhen } from "../shared/dom.js";
/** @import * as S from "../shared/types.js" */

/** @param {HTMLElement} el */
export function showSaveStatus(el) {
  /** @type {Map<EventTarget | null, S.StateDetail>} */
  const states = new Map();
  const words = document.createElement("span");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: "Show where", hidden: true });
  button.addEventListener("click", showTrouble);
  words.textContent = el.textContent;
  el.replaceChildren(words, " ", button);
  const show = () => {
    const all = [...states.values()];
    const unsent = all.reduce((sum, one) => sum + (one.unsent ?? 0), 0);
    const last = all.map((one) => one.at).filter((at) => at !== null).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
    const saving = all.some((one) => one.state === "saving");
    el.dataset.state = all.some((one) => one.state === "trouble") ? "trouble" : unsent ? "unsent" : last ? "saved" : "";
    button.hidden = el.dataset.state !== "trouble";
    if (el.dataset.state === "trouble") words.textContent = "Not everything is saved yet.";
    else if (unsent) words.textContent = saving ? "Saving…" : "Not saved yet";
    else if (last) words.textContent = `All saved ${atWhen(last)}`;
  };
  addEventListener("ck:state", ({ target, detail }) => {
    states.set(target, detail);
    show();
  });
}

// Go to the first invalid answer; without one, to the exercise with an error message.
function showTrouble() {
  /** @type {HTMLElement | null} */
  const field = document.querySelector(".ck-form [aria-invalid]");
  const place = field ?? document.querySelector(".ck-status[data-state='trouble']");
  place?.dispatchEvent(new CustomEvent("ck:show", { bubbles: true })); // the focus view may hide its step
  const fold = place?.closest("details");
  if (fold) fold.open = true;
  place?.scrollIntoView({ block: "center" });
  field?.focus({ preventScroll: true });
}

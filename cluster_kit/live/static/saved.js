// The page's word on what is saved, over all its forms.
import { clockTime } from "../forms/dom.js";

export function showSaved(el) {
  const states = new Map();
  const show = () => {
    const all = [...states.values()];
    const unsent = all.reduce((sum, one) => sum + (one.unsent ?? 0), 0);
    const last = all.map((one) => one.at).filter(Boolean).map((at) => new Date(at)).sort((a, b) => b - a)[0];
    const saving = all.some((one) => one.state === "saving");
    el.dataset.state = all.some((one) => one.state === "trouble") ? "trouble" : unsent ? "unsent" : last ? "saved" : "";
    if (el.dataset.state === "trouble") el.textContent = "Some answers are not saved yet. See below.";
    else if (unsent) el.textContent = saving ? "Saving…" : "Not saved yet";
    else if (last) el.textContent = `All saved at ${clockTime(last)}`;
  };
  addEventListener("ck:state", ({ target, detail }) => {
    states.set(target, detail);
    show();
  });
}

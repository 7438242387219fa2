// Cues panel: what to say, what to listen for, and what helps a team that is stuck, in the current exercise.
import { h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */

/**
 * @param {Panel<M.FacilitatorCuesView>} panel
 * @returns {(view: M.FacilitatorCuesView) => void}
 */
function build(panel) {
  const cues = h("div", { class: "ck-cues" });
  panel.root.classList.add("ck-cues-panel");
  panel.frame("Your cues", cues);
  return (view) =>
    showList(cues, view.title ? [{ key: view.title, ...view }] : [], buildCues, () => quiet("Cues appear here during each part that has an exercise."));
}

/** @param {M.FacilitatorCuesView} view */
function buildCues({ lines, listen, stuck, quick }) {
  const signals = listen.map(({ signal, ask }) => h("li", {}, `${signal} ${phrase(ask)}`));
  const heard = lines.map((line) => line.listen_for).filter(Boolean);
  const cuts = lines.map((line) => line.cut).filter(Boolean);
  return h("div", {},
    h("dl", { class: "ck-cues-list" },
      lines.map((line) => [line.title && h("dt", { class: "ck-cues-step" }, line.title),
        line.say && cue("Say", line.say, "ck-cues-say"), line.press && cue("Do", line.press)]),
      (heard.length > 0 || signals.length > 0) && [h("dt", {}, "Listen for"), h("dd", {}, signals.length > 0 ? h("ul", {}, signals) : heard.join(" "))],
      stuck && cue("When stuck", phrase(stuck)),
      quick && cue("When quick", phrase(quick)),
      cuts.length > 0 && cue("When late", cuts.join(" "))));
}

// A question is asked; anything else is said.
/** @param {string} words */
function phrase(words) {
  return `${words.includes("?") ? "Ask" : "Say"}: “${words}”`;
}

/**
 * @param {string} label
 * @param {string} words
 * @param {string} [kind]
 */
function cue(label, words, kind) {
  return [h("dt", {}, label), h("dd", { class: kind }, words)];
}

export default definePanel(build);

// Shared screen panel: one button for each scene, and what the word cloud needs.
import { h, sinceWhen } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {Panel<M.SharedScreenView>} ScreenPanel */

/**
 * @param {ScreenPanel} panel
 * @returns {(view: M.SharedScreenView) => void}
 */
function build(panel) {
  const now = h("p", { class: "ck-shared-now" });
  const scenes = h("ul", { class: "ck-shared-scenes", "aria-label": "Scenes" });
  const pages = h("p", { class: "ck-panel-buttons" });
  const [exercises, results] = [h("ul", { class: "ck-shared-list" }), h("ul", { class: "ck-shared-list" })];
  const words = h("div");
  panel.frame("Shared screen",
    h("p", {}, h("a", { href: screenAddress(), target: "ck-screen" }, "Open the shared screen"), quietly(" in a window of its own, and share that window in the meeting. It shows only what participants may see.")),
    now, scenes, pages,
    fold("exercises", "One exercise", exercises), fold("results", "One chart", results), fold("words", "Words of the cloud", words));
  pages.append(button("Previous page", () => turn(panel, -1)), " ", button("Next page", () => turn(panel, 1)));
  return (view) => {
    now.replaceChildren(...nowWords(view));
    showList(scenes, view.scenes.map((scene) => ({ key: scene.id, isOn: scene.id === view.scene, ...scene })), (scene) => buildScene(panel, scene));
    showList(exercises, view.exercises.map((one) => ({ key: one.id, isOn: view.scene === "exercise" && view.item === one.id, ...one })), (one) => buildItem(panel, "exercise", { ...one, reason: "" }));
    showList(results, view.results.map((one) => ({ key: one.id, isOn: view.scene === "results" && view.item === one.id, ...one })), (one) => buildItem(panel, "results", one),
      () => h("li", {}, quiet("Participants see no chart yet. Show them one under “Results so far.”")));
    showList(words, [{ key: view.board, words: view.words, title: view.board_title }], (of) => buildWords(panel, of));
  };
}

// The server's page; a notebook that was opened by hand has none.
function screenAddress() {
  const { session = "" } = document.documentElement.dataset;
  return session ? `/present/${session}` : undefined;
}

/** @param {M.SharedScreenView} view */
function nowWords({ scene, showing, driver, at }) {
  const chosen = driver && at ? [` ${driver} chose this `, sinceWhen(at)] : [];
  return [h("strong", {}, showing), scene === "follow" ? " (following the run of show)." : ".", ...chosen];
}

/**
 * @param {ScreenPanel} panel
 * @param {M.SceneChoiceView & {isOn: boolean}} scene
 */
function buildScene(panel, { id, title, reason, isOn }) {
  const el = button(title, () => panel.act("scene", { subject: id, value: {} }), { name: `scene-${id}` });
  return h("li", {}, pressed(el, isOn, reason), explain(el, reason));
}

/**
 * @param {ScreenPanel} panel
 * @param {string} scene
 * @param {{id: string, title: string, reason: string, isOn: boolean}} item
 */
function buildItem(panel, scene, { id, title, reason, isOn }) {
  const el = button("Show", () => panel.act("scene", { subject: scene, value: { item: id } }), { name: `item-${id}`, about: title });
  return h("li", {}, pressed(el, isOn, reason), " ", title, explain(el, reason));
}

/**
 * @param {HTMLButtonElement} el
 * @param {boolean} isOn
 * @param {string} reason
 */
function pressed(el, isOn, reason) {
  el.setAttribute("aria-pressed", String(isOn));
  el.disabled = reason !== "" && !isOn;
  return el;
}

/**
 * @param {HTMLButtonElement} el
 * @param {string} reason
 */
function explain(el, reason) {
  if (!reason) return null;
  const id = `${el.dataset.focus}-reason`;
  el.setAttribute("aria-describedby", id);
  return h("span", { class: "ck-shared-reason", id }, reason);
}

/**
 * @param {ScreenPanel} panel
 * @param {number} step
 */
function turn(panel, step) {
  const { scene, item, page } = panel.view;
  return panel.act("scene", { subject: scene, value: { item, page: Math.max(0, page + step) } });
}

/**
 * @param {ScreenPanel} panel
 * @param {{key: string, words: M.BoardWordView[], title: string}} of
 */
function buildWords(panel, { words, title }) {
  if (!words.length) return quiet(title ? `No word on the board “${title}” has been used by five or more states.` : "The words of a board appear here during its segment.");
  const boxes = words.map(({ word, states, approved }) => h("label", {}, h("input", { type: "checkbox", value: word, checked: approved, "data-focus": `word-${word}` }), ` ${word} `, quietly(String(states))));
  const send = () => panel.act("words", { subject: panel.view.board, value: { words: checked(boxes) } });
  return h("div", {},
    quiet(`Words on the board “${title}”, with the number of states that used them. The screen shows only words that you approve, and only while five or more states use them.`),
    h("fieldset", { class: "ck-shared-words" }, h("legend", { class: "ck-hidden" }, "Words to show"), boxes),
    h("p", { class: "ck-panel-buttons" }, button("Approve the checked words", send, { name: "approve" })));
}

/** @param {HTMLElement[]} boxes */
function checked(boxes) {
  return boxes.map((box) => /** @type {HTMLInputElement} */ (box.querySelector("input"))).filter((input) => input.checked).map((input) => input.value);
}

/**
 * @param {string} name
 * @param {string} title
 * @param {HTMLElement} list
 */
function fold(name, title, list) {
  return h("details", { "data-focus": name }, h("summary", {}, title), list);
}

/** @param {string} words */
function quietly(words) {
  return h("span", { class: "ck-panel-small" }, words);
}

export default definePanel(build);

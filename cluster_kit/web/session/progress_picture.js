// Progress as a picture: the session's segments, each with an icon, its title, and a tick per step: done, here, or later.
// The words for screen readers say the same.
import { h } from "../shared/dom.js";
/** @import { Step } from "./steps.js" */

export class ProgressPicture {
  /** @param {Step[]} steps */
  constructor(steps) {
    const kinds = [...new Set(steps.map(({ segment }) => segment))].filter(Boolean);
    this.parts = kinds.map((kind) => new Part(kind, steps.filter(({ segment }) => segment === kind)));
    this.element = h("ol", { class: "ck-focus-bar", "aria-label": "Progress through the session" }, this.parts.map(({ element }) => element));
  }

  /**
   * @param {Step} current
   * @param {string} now the segment that the room is in, or ""
   */
  draw(current, now) {
    for (const part of this.parts) part.draw(current, now);
  }
}

class Part {
  /**
   * @param {string} kind
   * @param {Step[]} steps
   */
  constructor(kind, steps) {
    this.kind = kind;
    this.steps = steps;
    this.ticks = steps.map(() => h("span", {}));
    this.words = h("span", { class: "ck-hidden" });
    this.waiting = h("span", { class: "ck-focus-waiting", "aria-hidden": "true", hidden: true });
    const link = h("a", { href: `#segment-${kind}` }, h("span", {}, steps[0].segmentTitle), this.waiting, this.words);
    const icon = document.querySelector(`.ck-outline a[href="#segment-${kind}"] > .ck-icon`);
    if (icon) link.prepend(icon.cloneNode(true));
    this.element = h("li", { class: "ck-focus-part", style: `--ck-steps: ${steps.length}` }, link,
      h("span", { class: "ck-focus-ticks", "aria-hidden": "true" }, this.ticks));
  }

  /**
   * @param {Step} current
   * @param {string} now
   */
  draw(current, now) {
    for (const [number, tick] of this.ticks.entries()) {
      tick.classList.toggle("ck-done", this.steps[number].isComplete);
      tick.classList.toggle("ck-here", this.steps[number] === current);
    }
    const asked = this.steps.filter(({ exercise }) => exercise);
    const done = asked.filter(({ isComplete }) => isComplete).length;
    const isHere = this.steps.includes(current);
    this.element.dataset.state = isHere ? "here" : asked.length > 0 && done === asked.length ? "done" : "later";
    this.element.toggleAttribute("data-now", this.kind === now);
    const waiting = this.steps.reduce((sum, step) => sum + step.waiting, 0);
    this.waiting.hidden = waiting === 0;
    this.waiting.textContent = String(waiting);
    const words = [waiting > 0 && `${waiting} ${waiting === 1 ? "proposal waits" : "proposals wait"} for your answer`, asked.length > 0 && `${done} of ${asked.length} exercises complete`, isHere && "you are here", this.kind === now && "now in the room"];
    const text = `: ${words.filter(Boolean).join(", ")}`;
    if (this.words.textContent !== text) this.words.textContent = text.length > 2 ? text : "";
  }
}

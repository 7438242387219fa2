// The outline: marks the segment in view, and counts answers per segment.
import { h } from "../shared/dom.js";
/** @import * as S from "../shared/types.js" */

export const WIDE = matchMedia("(min-width: 64rem)");
const MARGIN = 24; // px around the current entry

/** @param {HTMLDetailsElement} outline */
export function followOutline(outline) {
  const fit = () => (outline.open = WIDE.matches);
  WIDE.addEventListener("change", fit);
  fit();
  markSegmentInView(outline);
  countAnswers(outline);
  countProposals(outline);
}

// Beside the exercise in which a teammate's proposal waits for an answer.
/** @param {HTMLElement} outline */
function countProposals(outline) {
  addEventListener("ck:proposals", ({ target, detail }) => {
    const exercise = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-exercise]"))?.dataset.exercise;
    const link = outline.querySelector(`.ck-outline-steps > [data-exercises="${exercise}"] > a`);
    if (!link) return;
    link.querySelector(".ck-outline-waiting")?.remove();
    const count = detail.waiting.length;
    if (count) link.append(h("span", { class: "ck-outline-waiting" }, ` ${count} ${count === 1 ? "proposal" : "proposals"} to answer`));
  });
}

/** @param {HTMLElement} outline */
function markSegmentInView(outline) {
  /** @type {HTMLAnchorElement[]} */
  const links = [...outline.querySelectorAll(/** @type {"a"} */ ("a[href^='#']"))];
  /** @param {HTMLElement | null} element */
  const top = (element) => (element?.getClientRects().length ? element.getBoundingClientRect().top : Infinity); // Infinity: not shown
  const mark = () => {
    const line = innerHeight / 3;
    /** @param {HTMLAnchorElement} link */
    const above = (link) => top(document.getElementById(link.hash.slice(1))) <= line;
    // One step at a time, it is the step that is shown, wherever it is on the screen.
    const step = document.querySelector(".ck-focus-on .ck-step.ck-current");
    const current = step ? links.find((link) => link.hash === `#${step.id}`) : links.findLast(above);
    if (current?.hasAttribute("aria-current")) return;
    for (const link of links) link.removeAttribute("aria-current");
    if (!current) return;
    current.setAttribute("aria-current", "location");
    if (WIDE.matches) showInSide(current);
  };
  // Counts of answers make it longer while exercises load.
  new ResizeObserver(() => {
    const current = links.find((link) => link.hasAttribute("aria-current"));
    if (current && WIDE.matches) showInSide(current);
  }).observe(outline);
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  addEventListener("ck:step", soon);
  mark();
}

// The outline of a long session is taller than a laptop's window, and scrolls on its own. While the room's panel is above it,
// the panel stays in view instead: it says what is now.
/** @param {HTMLElement} link */
function showInSide(link) {
  const side = link.closest("aside");
  if (!side || document.documentElement.classList.contains("ck-has-live")) return;
  if (side.querySelector(":focus-visible")) return; // someone goes through it by keyboard
  const below = link.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom;
  const above = side.getBoundingClientRect().top - link.getBoundingClientRect().top;
  if (below > -MARGIN) side.scrollTop += below + MARGIN;
  else if (above > -MARGIN) side.scrollTop -= above + MARGIN;
}

/** @param {HTMLElement} outline */
function countAnswers(outline) {
  /** @type {Map<string, S.ProgressDetail>} */
  const counts = new Map();
  /** @type {NodeListOf<HTMLElement>} */
  const segments = outline.querySelectorAll("[data-exercises]");
  addEventListener("ck:progress", ({ detail }) => {
    counts.set(detail.exercise, detail);
    for (const segment of segments) {
      const own = (segment.dataset.exercises ?? "").split(" ").map((id) => counts.get(id)).filter((one) => one !== undefined);
      const answered = own.reduce((sum, one) => sum + one.answered, 0);
      const asked = own.reduce((sum, one) => sum + one.asked, 0);
      const progress = segment.querySelector(".ck-progress");
      if (progress) progress.textContent = asked ? `${answered} of ${asked} answered` : "";
      segment.classList.toggle("ck-complete", asked > 0 && answered === asked);
    }
  });
}

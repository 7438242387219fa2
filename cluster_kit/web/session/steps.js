// The steps of a page: an exercise with what introduces it, or prose alone. The server marks them as `.ck-step`.

export class Step {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    /** @type {HTMLElement | null} */
    const exercise = element.querySelector("[data-exercise]");
    const segment = element.closest(".ck-segment");
    this.exercise = exercise?.dataset.exercise ?? "";
    this.minutes = Number(exercise?.dataset.minutes ?? 0); // 0 before and after the session
    this.segment = segment?.id.replace("segment-", "") ?? "";
    this.segmentTitle = segment?.getAttribute("aria-label") ?? "";
    this.title = exercise?.dataset.title ?? (element.querySelector("h2, h3")?.textContent?.trim() || this.segmentTitle);
    this.isComplete = false;
    this.waiting = 0; // teammates' proposals that this person has not answered
  }
}

/**
 * @param {HTMLElement} main
 * @returns {Step[]}
 */
export function findSteps(main) {
  /** @type {NodeListOf<HTMLElement>} */
  const elements = main.querySelectorAll(".ck-step");
  const steps = [...elements].map((element) => new Step(element));
  if (steps.length && !steps[0].exercise && !steps[0].segment) steps[0].title = "Welcome";
  for (const [number, { element, exercise, title }] of steps.entries()) {
    element.id ||= `step-${exercise || number + 1}`;
    element.tabIndex = -1;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", title);
  }
  return steps;
}

// The exercise that the plan has now: the first whose planned end is still ahead. Planned ends are counted back from the
// segment's end, so that minutes that facilitators add belong to the exercises that are left.
/**
 * @param {Step[]} steps
 * @param {string} segment
 * @param {number} left milliseconds until the segment's end
 * @returns {{step: Step, left: number} | null}
 */
export function findPlannedStep(steps, segment, left) {
  const own = steps.filter((step) => step.segment === segment && step.minutes);
  let end = left;
  /** @type {{step: Step, left: number} | null} */
  let planned = null;
  for (const step of own.toReversed()) {
    if (planned && end <= 0) break;
    planned = { step, left: end };
    end -= step.minutes * 60_000;
  }
  return planned;
}

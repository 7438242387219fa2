// A national chart as bars with numbers. The text has all the information; the bars are hidden from screen readers.
import { h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

const UNITS = {
  states: "Numbers of states.",
  ratings: "Numbers of ratings: a state counts once for each statement that it has rated.",
  people: "Numbers of people, for options that people from five or more states chose.",
};

// {title, href, el}, or null for an unknown subject.
/**
 * @param {string} id
 * @param {M.PictureView} picture
 */
export function buildChart(id, { title, counts, rows }) {
  if (!rows) return null;
  const el = h("article", { class: "ck-featured-picture", id },
    h("p", { class: "ck-live-label" }, "All states together"),
    h("h3", {}, title),
    h("p", { class: "ck-featured-area" }, counts === "people" ? UNITS.people
      : `${UNITS[counts]} What fewer than five states said is not told apart, and states to which a statement does not apply are not counted.`),
    rows.map((row) => bars(row, rows.length > 1 || row.label !== title)),
  );
  return { title, href: `#${id}`, el };
}

/**
 * @param {M.BarRow} arg
 * @param {boolean} isNamed
 */
function bars({ label, parts = [], note }, isNamed) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  return h("div", { class: "ck-featured-row" },
    isNamed && h("h4", {}, label),
    parts.length > 0 && h("ul", {}, parts.map((part) => bar(part, total))),
    note && h("p", { class: "ck-featured-area" }, note),
  );
}

/**
 * @param {M.BarPart} arg
 * @param {number} total
 */
function bar({ label, count }, total) {
  const length = h("span", { class: "ck-featured-bar", "aria-hidden": "true" });
  length.style.inlineSize = `${Math.round((100 * count) / total)}%`;
  return h("li", {}, h("span", {}, label, ": "), h("strong", {}, count), length);
}

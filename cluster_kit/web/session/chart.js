// A national picture as bars with their numbers: what is said in words is all there is to it, and the bars are for the eye.
import { h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

// {title, href, el}, or null for what this page does not know.
/**
 * @param {string} id
 * @param {M.PictureView} arg1
 */
export function buildChart(id, { title, counts, rows }) {
  if (!rows) return null;
  const el = h("article", { class: "ck-stage-picture", id },
    h("p", { class: "ck-room-label" }, "All states together"),
    h("h3", {}, title),
    h("p", { class: "ck-stage-area" }, `Numbers of ${counts}. What fewer than five states said is not told apart.`),
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
  return h("div", { class: "ck-stage-row" },
    isNamed && h("h4", {}, label),
    parts.length > 0 && h("ul", {}, parts.map((part) => bar(part, total))),
    note && h("p", { class: "ck-stage-area" }, note),
  );
}

/**
 * @param {M.BarPart} arg
 * @param {number} total
 */
function bar({ label, count }, total) {
  const length = h("span", { class: "ck-stage-bar", "aria-hidden": "true" });
  length.style.inlineSize = `${Math.round((100 * count) / total)}%`;
  return h("li", {}, h("span", {}, label, ": "), h("strong", {}, count), length);
}

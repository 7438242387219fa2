// The teammates who are in the session now, beside the outline. Quiet: nothing is announced, and nothing moves.
import { h } from "../shared/dom.js";
/** @import * as T from "./types.js" */

/**
 * @param {T.PageConnection} connection
 * @param {HTMLElement} before
 */
export function showTeammates(connection, before) {
  const summary = h("summary", {});
  const people = h("ul", {});
  const details = h("details", { class: "ck-teammates", hidden: true }, summary, people);
  before.after(details);
  connection.addEventListener("teammates", ({ detail }) => {
    const { names } = detail;
    details.hidden = names.length === 0;
    summary.textContent = names.length === 1 ? "1 teammate is here" : `${names.length} teammates are here`;
    people.replaceChildren(...names.map((name) => h("li", { dir: "auto" }, name)));
  });
}

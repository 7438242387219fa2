// Published examples of state practice and sources of statements, beside what they are about. They are plain links to
// other hosts: nothing is requested unless someone follows one.
import { externalLink, h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

// A closed disclosure, or null without examples.
/**
 * @param {M.PublishedExampleView[]} examples
 * @param {string} about
 * @param {string} [title]
 */
export function publishedExamples(examples, about, title = "Published examples") {
  if (examples.length === 0) return null;
  return h("details", { class: "ck-guidance ck-published" },
    h("summary", {}, `${title} (${examples.length})`, h("span", { class: "ck-hidden" }, `: ${about}`)),
    examples.map(publishedExample));
}

/** @param {M.PublishedExampleView} example */
function publishedExample(example) {
  const [first, ...more] = example.sources.map(({ address, text }, index) =>
    // Further pages are named by their site, which other examples may cite, too.
    externalLink(address, text, index ? { "aria-label": `${text}: ${example.title} (opens in a new tab)` } : {}));
  return h("div", { class: "ck-published-one" },
    example.about && h("p", { class: "ck-help" }, example.about),
    h("p", { class: "ck-small-title" }, `${example.states}: ${example.title}`),
    example.label && h("p", { class: "ck-help" }, example.label),
    h("p", {}, example.did),
    h("p", {}, h("strong", {}, "What you could borrow: "), example.borrow),
    h("p", { class: "ck-help" }, `${example.when}. `, first, ` (${example.as_of}).`),
    more.length > 0 && h("p", { class: "ck-help" }, "More sources: ", more.flatMap((link, index) => index ? ["; ", link] : [link])),
    example.caution && h("p", { class: "ck-help" }, `Check first: ${example.caution}`));
}

// The sources of an item's statements, or null without any.
/** @param {M.CitationView[]} sources */
export function sourceList(sources) {
  if (sources.length === 0) return null;
  return [h("p", { class: "ck-small-title" }, "Sources"),
    h("ul", {}, sources.map((source) => h("li", {}, externalLink(source.address, source.text))))];
}

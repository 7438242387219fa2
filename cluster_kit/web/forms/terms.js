// The glossary terms of an exercise. A disclosure has their definitions; the first use of each in running text is a link
// that opens it. Labels, legends, and buttons keep their text: a link there would compete with the control.
import { elementId, h } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */

const RUNNING_TEXT = ".ck-steps > li, .ck-more > p, .ck-help";
const KEPT = "label, legend, summary, a, button, .ck-time, .ck-terms";

// Null without terms.
/** @param {M.GlossaryTermView[]} terms */
export function termList(terms) {
  if (terms.length === 0) return null;
  const back = h("button", { type: "button", class: "ck-terms-back", hidden: true }, "Back to the text");
  return h("details", { class: "ck-terms" },
    h("summary", {}, `Terms used here (${terms.length})`),
    h("dl", {}, terms.map((term) => h("div", { "data-term": term.id },
      h("dt", { id: elementId(`term-${term.id}`), tabindex: "-1" }, h("dfn", {}, term.term)), h("dd", {}, term.definition)))),
    h("p", {}, back, " ", h("a", { href: "/glossary", target: "_blank", rel: "noopener" }, "Glossary with sources",
      h("span", { class: "ck-hidden" }, " (opens in a new tab)"))));
}

// Link the first use of each term in the running text of `root` to its definition in the list.
/**
 * @param {HTMLElement} root
 * @param {M.GlossaryTermView[]} terms
 */
export function linkTerms(root, terms) {
  const list = /** @type {HTMLDetailsElement | null} */ (root.querySelector(".ck-terms"));
  if (!list) return;
  const texts = textNodes(root);
  for (const term of terms) {
    const pattern = termPattern(term);
    for (const [index, node] of texts.entries()) {
      const found = pattern.exec(node.data);
      if (!found) continue;
      const used = node.splitText(found.index);
      const rest = used.splitText(found[0].length);
      used.replaceWith(termLink(list, term, found[0]));
      texts.splice(index, 1, node, rest);
      break;
    }
  }
}

/** @param {HTMLElement} root */
function textNodes(root) {
  const found = /** @type {Text[]} */ ([]);
  for (const element of root.querySelectorAll(RUNNING_TEXT)) {
    if (element.closest(KEPT)) continue;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement?.closest(KEPT)) found.push(/** @type {Text} */ (node));
    }
  }
  return found;
}

// Whole words, with a plural s. An abbreviation keeps its case: "CAR" is not a car. As in cluster_kit/forms/terms.py.
/** @param {M.GlossaryTermView} term */
function termPattern({ spellings }) {
  const literal = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const anyCase = (/** @type {string} */ text) => Array.from(text, (letter) => {
    const [small, capital] = [letter.toLowerCase(), letter.toUpperCase()];
    return small === capital ? literal(letter) : `[${small}${capital}]`;
  }).join("");
  const words = spellings.map((one) => (one === one.toUpperCase() ? literal(one) : anyCase(one)));
  return new RegExp(`\\b(?:${words.join("|")})s?\\b`);
}

/**
 * @param {HTMLDetailsElement} list
 * @param {M.GlossaryTermView} term
 * @param {string} text
 */
function termLink(list, term, text) {
  const target = /** @type {HTMLElement} */ (list.querySelector(`[data-term="${term.id}"] > dt`));
  const back = /** @type {HTMLButtonElement} */ (list.querySelector(".ck-terms-back"));
  const link = h("a", { class: "ck-term", href: `#${target.id}` }, text);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const opened = [list, ...foldsAround(list).filter((fold) => !fold.open)];
    for (const fold of opened) fold.open = true;
    back.hidden = false;
    back.onclick = () => {
      for (const fold of opened) fold.open = false;
      back.hidden = true;
      link.focus();
    };
    target.focus();
  });
  return link;
}

// What is read once.
/** @param {Element} element */
function foldsAround(element) {
  const folds = /** @type {HTMLDetailsElement[]} */ ([]);
  for (let fold = element.parentElement?.closest("details"); fold; fold = fold.parentElement?.closest("details")) folds.push(fold);
  return folds;
}

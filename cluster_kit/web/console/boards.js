// Boards panel: states' posts, to hide or to feature.
import { atWhen, h } from "../shared/dom.js";
import { definePanel } from "./panel.js";
import { button, compose, count, labelledText, quiet, showList } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

/** @type {Record<string, string>} */
const REACTIONS = { same_here: "same here", helpful: "helpful", tell_more: "tell us more" };

/**
 * @param {Panel<M.BoardsView>} panel
 * @returns {(view: M.BoardsView) => void}
 */
function build(panel) {
  const boards = h("div");
  const words = h("textarea", { rows: 2 });
  const write = compose(panel, [words], {
    kind: "post",
    label: "Post as facilitator",
    elements: [labelledText("On the present part's board", words, panel.view.longest)],
    toCommand: ([text]) => ({ subject: panel.view.present, value: { text } }),
  });
  const fold = h("details", {}, h("summary", {}, "Write a post"), write);
  panel.frame("Boards", boards, fold);
  return (view) => {
    fold.hidden = !view.present;
    const posts = Object.values(view.posts);
    const items = view.boards
      .map(({ segment, title }) => ({ key: `${segment} ${segment === view.present}`, title, present: segment === view.present, threads: threads(posts, segment) }))
      .filter(({ threads: found, present }) => found.length || present);
    showList(boards, items, (board) => buildBoard(panel, board), () =>
      quiet("Each part of the session has a board. What states write there appears here."));
  };
}

// The posts of a board: featured ones first, then the newest; replies under their post, oldest first.
/**
 * @param {M.BoardPostView[]} posts
 * @param {string} segment
 * @returns {T.BoardThread[]}
 */
function threads(posts, segment) {
  const mine = posts.filter((post) => post.segment === segment);
  const first = mine.filter((post) => !post.parent).sort((a, b) => Number(b.featured) - Number(a.featured) || b.place - a.place);
  return first.map((post) => ({ post, replies: mine.filter((one) => one.parent === post.id).sort((a, b) => a.place - b.place) }));
}

/**
 * @param {Panel<M.BoardsView>} panel
 * @param {{title: string, present: boolean, threads: T.BoardThread[]}} board
 */
function buildBoard(panel, { title, present, threads: found }) {
  const written = found.reduce((sum, { replies }) => sum + 1 + replies.length, 0);
  return h("details", { "data-focus": "board", open: present }, h("summary", {}, `${title}: ${count(written, "post")}`),
    found.length ? h("ul", { class: "ck-boards-posts" }, found.map(({ post, replies }) => h("li", {}, buildPost(panel, post),
      replies.length > 0 && h("ul", {}, replies.map((reply) => h("li", {}, buildPost(panel, reply)))))))
      : quiet("Nothing is written here yet."));
}

/**
 * @param {Panel<M.BoardsView>} panel
 * @param {M.BoardPostView} post
 */
function buildPost(panel, post) {
  /** @param {M.CommandValues["moderate"]} value */
  const set = (value) => () => panel.act("moderate", { subject: post.id, value });
  const about = `the post of ${post.state}: ${post.text.slice(0, 60)}`;
  const reactions = Object.entries(post.reactions).map(([kind, number]) => `${number} × ${REACTIONS[kind] ?? kind}`);
  const state = post.hidden ? "Hidden from pages" : post.featured ? "On top" : "";
  return h("article", { class: `ck-boards-post${post.hidden ? " ck-boards-hidden" : ""}${post.featured ? " ck-boards-featured" : ""}` },
    h("p", { class: "ck-panel-small" }, h("strong", {}, post.state), post.who && ` (${post.who})`, ` ${atWhen(post.at)}`,
      state && h("strong", {}, ` · ${state}`)),
    h("p", { class: "ck-boards-text", dir: "auto" }, post.text),
    h("p", { class: "ck-panel-small" }, reactions.join(" · "), " ",
      !post.hidden && !post.parent && button(post.featured ? "Take from the top" : "Put on top", set({ featured: !post.featured }), { name: `feature-${post.id}`, about }), " ",
      button(post.hidden ? "Show again" : "Hide", set({ hidden: !post.hidden }), { name: `hide-${post.id}`, about })));
}

export default definePanel(build);

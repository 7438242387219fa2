// One post on a board: who said what and when, the reactions to it, and what its author can do.
import { atWhen, h } from "../shared/dom.js";
import { linkify } from "./linkify.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {PostEditor} from "./post_editor.js" */

/** @type {Array<[T.ReactionKind, string]>} */
const REACTIONS = [["same_here", "Same here"], ["helpful", "Helpful"], ["tell_more", "Tell us more"]];
const NAME_LENGTH = 40;

/** @typedef {{react(post: M.PostView, reaction: T.ReactionKind, on: boolean): unknown, withdraw(post: M.PostView): unknown, reply(post: M.PostView): void}} PostActions */

export class Post {
  /** @type {PostEditor | undefined} */
  editor;
  placed = false;

  // `board` has react(post, reaction, on), withdraw(post), and reply(post) for a post that takes replies.
  /**
   * @param {PostActions} board
   * @param {M.PostView} said
   */
  constructor(board, said) {
    this.board = board;
    this.said = said;
    this.featured = h("p", { class: "ck-post-featured" }, "Featured by the facilitator");
    this.head = h("p", { class: "ck-post-head" });
    this.text = h("p", { class: "ck-post-text", dir: "auto" });
    this.buttons = REACTIONS.map(([kind, words]) => this.#reaction(kind, words));
    this.answer = h("button", { type: "button", onclick: () => board.reply(this.said) }, "Reply");
    this.withdraw = h("button", { type: "button", onclick: () => board.withdraw(this.said) }, "Take back");
    this.actions = h("div", { class: "ck-post-actions" }, this.buttons.map(({ button }) => button), this.answer, this.withdraw);
    this.replies = h("ul", { class: "ck-post-replies" });
    this.editorSlot = h("div", {});
    this.element = h("li", { class: "ck-post", "data-id": said.id }, this.featured, this.head, this.text, this.actions, this.replies, this.editorSlot);
    this.#name(said);
    this.show(said);
  }

  /** @param {M.PostView} said */
  show(said) {
    this.said = said;
    this.featured.hidden = !said.featured;
    this.element.classList.toggle("ck-post-mine", said.mine);
    this.answer.hidden = said.parent !== null;
    this.withdraw.hidden = !said.mine;
    for (const { kind, show } of this.buttons) show(said.reactions[kind] ?? { count: 0, mine: false });
  }

  // What never changes: who wrote what, and when.
  /** @param {M.PostView} said */
  #name(said) {
    const by = said.who ? `${said.who}, ${said.state}` : said.state;
    const yours = said.mine ? [h("span", { class: "ck-post-yours" }, "You")] : [];
    this.head.replaceChildren(h("strong", {}, by), ...yours, h("time", { datetime: said.at }, atWhen(said.at)));
    this.text.replaceChildren(...linkify(said.text));
    const begins = said.text.length > NAME_LENGTH ? `${said.text.slice(0, NAME_LENGTH)}…` : said.text;
    this.element.setAttribute("aria-label", `${by} ${atWhen(said.at)}: ${begins}`);
  }

  // A toggle that says what it means, and how many meant it. It answers at once, and again when the server has spoken.
  /**
   * @param {T.ReactionKind} kind
   * @param {string} words
   */
  #reaction(kind, words) {
    const count = h("span", { class: "ck-post-count" });
    /** @type {() => unknown} */
    const press = () => this.board.react(this.said, kind, button.getAttribute("aria-pressed") !== "true");
    const button = h("button", { type: "button", "aria-pressed": "false", onclick: press }, words, count);
    /** @param {M.ReactionView} arg */
    const show = ({ count: how, mine }) => {
      count.textContent = how ? ` ${how}` : "";
      button.setAttribute("aria-pressed", String(mine));
    };
    return { kind, button, show };
  }
}

// In the place of a post that was taken back, for as long as others' replies to it stand.
/**
 * @param {string} id
 * @returns {T.ShownPost}
 */
export function tombstone(id) {
  const replies = h("ul", { class: "ck-post-replies" });
  const element = h("li", { class: "ck-post", "data-id": id }, h("p", { class: "ck-post-head" }, "This post was taken back."), replies);
  return { element, replies, editorSlot: null, said: null };
}

// What is on its way to the board, or does not get there.
/**
 * @param {T.PendingPost} arg
 * @param {{isKept: boolean, sentence: string, edit: () => void, discard: () => void}} arg1
 */
export function pendingPost({ text, problem }, { isKept, sentence, edit, discard }) {
  const waits = sentence || "Sending…";
  const words = problem || (isKept ? waits : `${waits} Leave this page open until it is posted.`);
  return h("li", { class: "ck-post ck-post-waiting" },
    h("p", { class: "ck-post-head" }, h("strong", {}, problem ? "Not posted" : "On its way"), h("span", {}, words)),
    h("p", { class: "ck-post-text", dir: "auto" }, text),
    problem && h("div", { class: "ck-post-actions" },
      h("button", { type: "button", onclick: edit }, "Change it"),
      h("button", { type: "button", onclick: discard }, "Throw it away"),
    ),
  );
}

// One post on a board: author, text, time, reactions, and the author's actions.
import { atWhen, h } from "../shared/dom.js";
import { linkify } from "./linkify.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {PostEditor} from "./post_editor.js" */

/** @type {Array<[T.ReactionKind, string]>} */
const REACTIONS = [["same_here", "Same here"], ["helpful", "Helpful"], ["tell_more", "Tell us more"]];
/** @type {Array<[T.ReactionKind, string]>} */
const VOTES = [["same_here", "I have this question, too"]];
const STATUS = { open: "", answered: "Answered", parked: "Parked for later" };
const NAME_LENGTH = 40;

/** @typedef {{isForQuestions?: boolean, react(post: M.PostView, reaction: T.ReactionKind, on: boolean): unknown, withdraw(post: M.PostView): unknown, reply(post: M.PostView): void}} PostActions */

export class Post {
  /** @type {PostEditor | undefined} */
  editor;
  placed = false;

  // `board` has react(post, reaction, on), withdraw(post), and reply(post) for a post that takes replies.
  /**
   * @param {PostActions} board
   * @param {M.PostView} view
   */
  constructor(board, view) {
    this.board = board;
    this.view = view;
    this.featured = h("p", { class: "ck-post-featured" }, "Featured by the facilitator");
    this.head = h("p", { class: "ck-post-head" });
    this.text = h("p", { class: "ck-post-text", dir: "auto" });
    this.status = h("p", { class: "ck-post-featured" });
    this.buttons = (board.isForQuestions && view.parent === null ? VOTES : REACTIONS).map(([kind, words]) => this.#reaction(kind, words));
    this.answer = h("button", { type: "button", onclick: () => board.reply(this.view) }, "Reply");
    this.withdraw = h("button", { type: "button", onclick: () => board.withdraw(this.view) }, "Take back");
    this.actions = h("div", { class: "ck-post-actions" }, this.buttons.map(({ button }) => button), this.answer, this.withdraw);
    this.replies = h("ul", { class: "ck-post-replies" });
    this.editorSlot = h("div", {});
    this.element = h("li", { class: "ck-post", "data-id": view.id }, this.featured, this.status, this.head, this.text, this.actions, this.replies, this.editorSlot);
    this.#name(view);
    this.show(view);
  }

  /** @param {M.PostView} view */
  show(view) {
    this.view = view;
    this.featured.hidden = !view.featured;
    this.status.textContent = STATUS[view.status];
    this.status.hidden = !this.status.textContent;
    this.element.classList.toggle("ck-post-mine", view.mine);
    this.answer.hidden = view.parent !== null;
    this.withdraw.hidden = !view.mine;
    for (const { kind, show } of this.buttons) show(view.reactions[kind] ?? { count: 0, mine: false });
  }

  // The parts that never change: author, text, and time.
  /** @param {M.PostView} view */
  #name(view) {
    const by = view.who ? `${view.who}, ${view.state}` : view.state;
    const yours = view.mine ? [h("span", { class: "ck-post-yours" }, "You")] : [];
    this.head.replaceChildren(h("strong", {}, by), ...yours, h("time", { datetime: view.at }, atWhen(view.at)));
    this.text.replaceChildren(...linkify(view.text));
    const start = view.text.length > NAME_LENGTH ? `${view.text.slice(0, NAME_LENGTH)}…` : view.text;
    this.element.setAttribute("aria-label", `${by} ${atWhen(view.at)}: ${start}`);
  }

  // A toggle button with label and count. It updates immediately, and again with the server's reply.
  /**
   * @param {T.ReactionKind} kind
   * @param {string} words
   */
  #reaction(kind, words) {
    const count = h("span", { class: "ck-post-count" });
    /** @type {() => unknown} */
    const toggle = () => this.board.react(this.view, kind, button.getAttribute("aria-pressed") !== "true");
    const button = h("button", { type: "button", "aria-pressed": "false", onclick: toggle }, words, count);
    /** @param {M.ReactionView} arg */
    const show = ({ count: how, mine }) => {
      count.textContent = how ? ` ${how}` : "";
      button.setAttribute("aria-pressed", String(mine));
    };
    return { kind, button, show };
  }
}

// Replaces a retracted post as long as it has replies of others.
/**
 * @param {string} id
 * @returns {T.ShownPost}
 */
export function tombstone(id) {
  const replies = h("ul", { class: "ck-post-replies" });
  const element = h("li", { class: "ck-post", "data-id": id }, h("p", { class: "ck-post-head" }, "This post was taken back."), replies);
  return { element, replies, editorSlot: null, view: null };
}

// The person's own post that waits for a facilitator.
/**
 * @param {M.WaitingPostView} post
 * @param {() => unknown} takeBack
 */
export function waitingPost({ text, at }, takeBack) {
  return h("li", { class: "ck-post ck-post-waiting" },
    h("p", { class: "ck-post-head" }, h("strong", {}, "Waiting"), h("span", {}, "A facilitator reads it before it is posted."), h("time", { datetime: at }, atWhen(at))),
    h("p", { class: "ck-post-text", dir: "auto" }, text),
    h("div", { class: "ck-post-actions" }, h("button", { type: "button", onclick: takeBack }, "Take back")));
}

// A post that is being sent, or could not be sent.
/**
 * @param {T.PendingPost} arg
 * @param {{isStored: boolean, sentence: string, edit: () => void, discard: () => void}} state
 */
export function pendingPost({ text, problem }, { isStored, sentence, edit, discard }) {
  const waits = sentence || "Sending…";
  const words = problem || (isStored ? waits : `${waits} Leave this page open until it is posted.`);
  return h("li", { class: "ck-post ck-post-waiting" },
    h("p", { class: "ck-post-head" }, h("strong", {}, problem ? "Not posted" : "On its way"), h("span", {}, words)),
    h("p", { class: "ck-post-text", dir: "auto" }, text),
    problem && h("div", { class: "ck-post-actions" },
      h("button", { type: "button", onclick: edit }, "Change it"),
      h("button", { type: "button", onclick: discard }, "Throw it away"),
    ),
  );
}

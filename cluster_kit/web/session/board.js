// The board of a segment with posts of all states. New posts do not move what is being read: they wait behind a button,
// unless the board is collapsed, empty, or not in view.
import { elementId, h, mintId } from "../shared/dom.js";
import { pendingPost, Post, tombstone, waitingPost } from "./post.js";
import { PostEditor } from "./post_editor.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {PostQueue} from "./post_queue.js" */

const NO_CONNECTION = "The server cannot be reached just now. Try again in a moment.";

const QUESTIONS = "questions"; // the board of the questions from the room, most supported first
const NEWS_MS = 60_000;
const LONGEST_QUESTION = 500;
const WAITS = "A facilitator reads it first. Then everyone in the session sees it";

export class Board {
  /** @type {HTMLElement} */
  count;
  /** @type {HTMLElement} */
  status;
  /** @type {HTMLElement} */
  newPosts;
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  pendingList;
  /** @type {HTMLElement} */
  waitingList;
  /** @type {HTMLDetailsElement} */
  fold;
  /** @type {PostEditor} */
  editor;

  /** @type {Map<string, M.PostView>} */
  #known = new Map(); // by id, each post as the server sent it last
  /** @type {Map<string, T.ShownPost>} */
  #shown = new Map(); // by id, the posts on the page
  #isLive = false;
  #waited = 0; // new posts behind the button
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #waitsForPosting = 0;

  // `who`: {name, where}: the person's name and state, as displayed.
  /**
   * @param {T.PageConnection} connection
   * @param {PostQueue} queue
   * @param {HTMLElement} el
   * @param {{name: string, where: string}} who
   * @param {Announcer} announcer
   */
  constructor(connection, queue, el, who, announcer) {
    this.announcer = announcer;
    this.connection = connection;
    this.queue = queue;
    this.el = el;
    this.name = who.name;
    this.segment = el.dataset.segment ?? "";
    this.isForQuestions = this.segment === QUESTIONS;
    this.isAskedFor = "open" in el.dataset && !this.isForQuestions;
    this.help = `Everyone in the session sees it, under the name “${who.where}”.`;
    this.#build(el.dataset.title ?? "", "open" in el.dataset);
  }

  // Whether the session is live: before and after it, a board without posts is hidden, unless its segment asks people to
  // write to other states. Those who work without a facilitator do that there.
  /** @param {boolean} isLive */
  open(isLive) {
    this.#isLive = isLive;
    this.#refresh();
  }

  // Whether new questions wait for a facilitator.
  /** @param {boolean} isHeld */
  hold(isHeld) {
    if (this.isForQuestions) this.editor.setHelp(isHeld ? this.help.replace("Everyone in the session sees it", WAITS) : this.help);
  }

  // The person's own posts that wait for a facilitator.
  /** @param {M.WaitingPostView[]} waiting */
  wait(waiting) {
    if (!this.isForQuestions) return;
    for (const { id } of waiting) if (this.queue.settle(id)) this.status.textContent = "Sent. A facilitator reads it before it is posted.";
    this.refreshPending();
    this.waitingList.hidden = waiting.length === 0;
    this.waitingList.replaceChildren(...waiting.map((post) => waitingPost(post, () => this.#run("undo", post.id, {}))));
    this.#waitsForPosting = waiting.length;
    this.#refresh();
  }

  // Handle new and changed posts.
  /** @param {M.PostView[]} posts */
  receive(posts) {
    const canInsert = this.#canInsert();
    for (const post of posts) {
      this.#known.set(post.id, post);
      if (this.queue.settle(post.id)) this.status.textContent = "Posted.";
      if (this.#shown.has(post.id)) this.#shown.get(post.id)?.show?.(post);
      else if (canInsert || post.mine) this.#add(post);
    }
    this.refreshPending();
    this.#refresh();
  }

  /** @param {string} id */
  remove(id) {
    this.#known.delete(id);
    const post = this.#shown.get(id);
    if (post) this.#removePost(id, post);
    this.#refresh();
  }

  /**
   * @param {string} id
   * @param {T.ShownPost} post
   */
  #removePost(id, post) {
    const hadFocus = post.element.contains(document.activeElement);
    this.#shown.delete(id);
    const isSaved = this.queue.moveDraft(this.segment, id);
    if (post.replies.childElementCount > 0) {
      const marker = tombstone(id);
      marker.replies.replaceChildren(...post.replies.childNodes);
      post.element.replaceWith(marker.element);
      this.#shown.set(id, marker);
    } else {
      const parent = this.#shown.get(post.view?.parent ?? "");
      post.element.remove();
      if (parent && !parent.view && parent.replies.childElementCount === 0) this.remove(parent.element.dataset.id ?? "");
    }
    if (isSaved) {
      this.editor.refresh();
      this.status.textContent = "The post that you replied to is gone. Your words are in the field above.";
    }
    if (hadFocus) (isSaved ? this.editor.text : this.fold.querySelector("summary"))?.focus({ preventScroll: true });
  }

  refreshEditors() {
    this.editor.refresh();
    this.refreshPending();
  }

  refreshPending() {
    const pending = this.queue.pending(this.segment);
    const state = JSON.stringify([pending, this.queue.isPersistent, this.queue.sentence]);
    if (state === this.pendingList.dataset.state) return; // do not rebuild an element with the focus
    this.pendingList.dataset.state = state;
    this.pendingList.hidden = pending.length === 0;
    this.pendingList.replaceChildren(...pending.map((one) => pendingPost(one, {
      isStored: this.queue.isPersistent,
      sentence: this.queue.sentence,
      edit: () => this.#edit(one),
      discard: () => this.queue.discard(one.id),
    })));
  }

  // Show a reaction immediately; if it is not stored, undo it and explain on the board.
  /**
   * @param {M.PostView} post
   * @param {T.ReactionKind} reaction
   * @param {boolean} on
   */
  async react(post, reaction, on) {
    const optimistic = { count: post.reactions[reaction].count + (on ? 1 : -1), mine: on };
    this.#shown.get(post.id)?.show?.({ ...post, reactions: { ...post.reactions, [reaction]: optimistic } });
    const isDone = await this.#run("react", post.id, { reaction, on });
    const known = this.#known.get(post.id);
    if (!isDone && known) this.#shown.get(post.id)?.show?.(known);
  }

  /** @param {M.PostView} post */
  async withdraw(post) {
    /** @type {[string, string | null]} */
    const place = [this.segment, post.parent];
    if (!(await this.#run("undo", post.id, {})) || this.queue.draft(...place)) return;
    this.queue.write(...place, post.text, Boolean(post.who));
    const editor = post.parent ? this.#replyTo(post.parent, false) : this.editor;
    editor?.refresh();
    this.status.textContent = "Taken back. Your words are in the field where you wrote them.";
  }

  /** @param {M.PostView} post */
  reply(post) {
    this.#replyTo(post.id, true);
  }

  /**
   * @param {string} title
   * @param {boolean} isOpen
   */
  #build(title, isOpen) {
    this.count = h("span", { class: "ck-board-count" });
    this.status = h("p", { class: "ck-board-status", role: "status" });
    this.newPosts = h("button", { type: "button", hidden: true, onclick: () => this.#showNewPosts() });
    this.list = h("ul", { class: "ck-board-posts" });
    this.pendingList = h("ul", { class: "ck-board-posts", hidden: true });
    this.waitingList = h("ul", { class: "ck-board-posts", hidden: true });
    const words = this.isForQuestions
      ? { label: "Ask the facilitators", help: this.help, send: "Ask", longest: LONGEST_QUESTION }
      : { label: "Write to the other states", help: this.help, send: "Post" };
    this.editor = new PostEditor(this.queue, { segment: this.segment, parent: null }, words, this.name, () => this.refreshPending());
    const heading = h("h3", { id: elementId("board") }, this.isForQuestions ? title : `Board: ${title}`);
    this.fold = h("details", { class: "ck-board-fold", open: isOpen },
      h("summary", {}, h("span", {}, this.isForQuestions ? "Ask and read" : "Read and write"), " · ", this.count),
      this.editor.element, this.status, this.pendingList, this.waitingList, h("div", { class: "ck-board-news" }, this.newPosts), this.list,
    );
    this.fold.addEventListener("toggle", () => this.#showNewPosts());
    this.el.setAttribute("role", "group");
    this.el.setAttribute("aria-labelledby", heading.id);
    this.el.replaceChildren(heading, this.fold);
    this.refreshPending();
  }

  // Whether inserting posts would not move anything that is being read.
  #canInsert() {
    if (this.el.hidden || !this.fold.open || this.#shown.size === 0) return true;
    return this.list.getBoundingClientRect().top > innerHeight;
  }

  #waiting() {
    return [...this.#known.values()].filter((post) => !this.#shown.has(post.id));
  }

  #showNewPosts() {
    const hadFocus = document.activeElement === this.newPosts;
    const waiting = this.#waiting();
    for (const post of waiting) this.#add(post);
    this.#refresh();
    if (!hadFocus || waiting.length === 0) return;
    const first = this.#shown.get(waiting[0].id)?.element;
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  /** @param {M.PostView} view */
  #add(view) {
    if (this.#shown.has(view.id)) return;
    const post = new Post(this, view);
    this.#shown.set(view.id, post);
    if (view.parent) this.#thread(view.parent).replies.append(post.element);
    else this.list.append(post.element);
    if (!view.parent && this.queue.draft(this.segment, view.id)) this.#replyTo(view.id, false);
    this.#order();
  }

  // The first post of a thread, or its tombstone.
  /**
   * @param {string} id
   * @returns {T.ShownPost}
   */
  #thread(id) {
    const known = this.#known.get(id);
    if (!this.#shown.has(id) && known) this.#add(known);
    const shown = this.#shown.get(id);
    if (shown) return shown;
    const marker = tombstone(id);
    this.#shown.set(id, marker);
    this.list.append(marker.element);
    return marker;
  }

  // Featured threads first, then the newest, or the questions with most votes; replies in order of arrival. An element
  // with the focus stays in place.
  #order() {
    /** @param {T.ShownPost} arg */
    const rank = ({ view }) => (view ? (view.featured ? "2" : "1") + (this.isForQuestions ? votes(view) : "") + view.at : "0");
    const threads = [...this.#shown.values()].filter((one) => one.element.parentElement === this.list);
    threads.sort((one, other) => (rank(one) < rank(other) ? 1 : -1));
    const isBusy = this.list.contains(document.activeElement);
    for (const one of threads.toReversed()) {
      if (!isBusy || !one.placed) place(one, threads);
      one.placed = true;
    }
  }

  #refresh() {
    const waiting = this.#waiting().length;
    const posts = this.#known.size;
    const [none, one, many] = this.isForQuestions ? ["no questions yet", "1 question", "questions"] : ["no posts yet", "1 post", "posts"];
    const isUsed = posts + this.#waitsForPosting + this.queue.pending(this.segment).length > 0;
    this.el.hidden = !isUsed && !this.#isLive && !this.isAskedFor;
    this.count.textContent = posts === 0 ? none : posts === 1 ? one : `${posts} ${many}`;
    this.newPosts.hidden = waiting === 0;
    this.newPosts.textContent = waiting === 1 ? "1 new post" : `${waiting} new posts`;
    if (waiting > this.#waited && this.fold.open) this.#announceSoon();
    this.#waited = waiting;
    this.#order();
  }

  // At most once a minute, how many posts wait by then.
  #announceSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waited > 0) this.announcer.detail(`${this.newPosts.textContent} on this board: ${this.el.dataset.title}.`);
    }, NEWS_MS);
  }

  /**
   * @param {string} id
   * @param {boolean} wanted
   */
  #replyTo(id, wanted) {
    const post = this.#shown.get(id);
    if (!post?.editorSlot || !post.view) return null;
    const { editorSlot } = post;
    if (!post.editor) {
      const words = { label: `Reply to ${post.view.who ?? post.view.state}`, help: this.help, send: "Post reply" };
      post.editor = new PostEditor(this.queue, { segment: this.segment, parent: id }, words, this.name, () => {
        editorSlot.hidden = true;
        post.answer?.focus({ preventScroll: true });
        this.refreshPending();
      });
      editorSlot.append(post.editor.element);
    }
    editorSlot.hidden = false;
    if (wanted) post.editor.text.focus();
    return post.editor;
  }

  /** @param {T.PendingPost} arg */
  #edit({ id, parent }) {
    const isThere = parent !== null && Boolean(this.#shown.get(parent)?.view);
    this.queue.makeDraft(id, isThere ? parent : null);
    const editor = (isThere && this.#replyTo(parent, true)) || this.editor;
    editor.refresh();
    editor.text.focus();
  }

  // Run a command; returns whether it was done. The board explains a failure.
  /**
   * @template {keyof M.CommandValues} K
   * @param {K} kind
   * @param {string} subject
   * @param {M.CommandValues[K]} value
   */
  async #run(kind, subject, value) {
    const answer = await this.connection.act(mintId(), kind, subject, value);
    if (!answer.ok) this.status.textContent = answer.refused ?? NO_CONNECTION;
    return answer.ok ?? false;
  }
}

// A sort key: open questions first, then by support.
/** @param {M.PostView} view */
function votes({ status, reactions }) {
  return (status === "open" ? "1" : "0") + String(reactions.same_here.count).padStart(5, "0");
}

// Insert a thread in order, without touching one that is in place already.
/**
 * @param {T.ShownPost} arg
 * @param {T.ShownPost[]} threads
 */
function place({ element }, threads) {
  const at = threads.findIndex((one) => one.element === element);
  const next = threads[at + 1]?.element ?? null;
  if (element.nextElementSibling !== next) element.parentElement?.insertBefore(element, next);
}

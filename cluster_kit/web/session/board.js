// The board of a segment: posts of all states. New posts do not push away what is being read: they wait behind a button, unless
// the board is folded, empty, or not yet in view.
import { h, mintId } from "../shared/dom.js";
import { pendingPost, Post, tombstone } from "./post.js";
import { PostEditor } from "./post_editor.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {PostQueue} from "./post_queue.js" */

const AWAY = "The server cannot be reached just now. Try again in a moment.";

export class Board {
  /** @type {HTMLElement} */
  count;
  /** @type {HTMLElement} */
  says;
  /** @type {HTMLElement} */
  news;
  /** @type {HTMLElement} */
  list;
  /** @type {HTMLElement} */
  pendingList;
  /** @type {HTMLDetailsElement} */
  fold;
  /** @type {PostEditor} */
  editor;

  /** @type {Map<string, M.PostView>} */
  #known = new Map(); // by id, each post as the server sent it last
  /** @type {Map<string, T.ShownPost>} */
  #shown = new Map(); // by id, the posts on the page
  #isOn = false;

  // `who`: {name, where}, as they stand on the page: the person, and their state.
  /**
   * @param {T.PageConnection} connection
   * @param {PostQueue} queue
   * @param {HTMLElement} el
   * @param {{name: string, where: string}} who
   */
  constructor(connection, queue, el, who) {
    this.connection = connection;
    this.queue = queue;
    this.el = el;
    this.name = who.name;
    this.segment = el.dataset.segment ?? "";
    this.help = `Everybody in the session sees it, under the name “${who.where}”.`;
    this.#build(el.dataset.title ?? "", "open" in el.dataset);
  }

  // Whether the session is on: before and after it, a board without posts is not there.
  /** @param {boolean} isOn */
  open(isOn) {
    this.#isOn = isOn;
    this.#refresh();
  }

  // Posts as they are by now, new ones and known ones.
  /** @param {M.PostView[]} posts */
  receive(posts) {
    const calm = this.#isCalm();
    for (const post of posts) {
      this.#known.set(post.id, post);
      if (this.queue.arrived(post.id)) this.says.textContent = "Posted.";
      if (this.#shown.has(post.id)) this.#shown.get(post.id)?.show?.(post);
      else if (calm || post.mine) this.#add(post);
    }
    this.refreshPending();
    this.#refresh();
  }

  /** @param {string} id */
  remove(id) {
    this.#known.delete(id);
    const gone = this.#shown.get(id);
    if (gone) this.#takeAway(id, gone);
    this.#refresh();
  }

  /**
   * @param {string} id
   * @param {T.ShownPost} gone
   */
  #takeAway(id, gone) {
    const hadFocus = gone.element.contains(document.activeElement);
    this.#shown.delete(id);
    const isSaved = this.queue.moveDraft(this.segment, id);
    if (gone.replies.childElementCount > 0) {
      const left = tombstone(id);
      left.replies.replaceChildren(...gone.replies.childNodes);
      gone.element.replaceWith(left.element);
      this.#shown.set(id, left);
    } else {
      const parent = this.#shown.get(gone.said?.parent ?? "");
      gone.element.remove();
      if (parent && !parent.said && parent.replies.childElementCount === 0) this.remove(parent.element.dataset.id ?? "");
    }
    if (isSaved) {
      this.editor.refresh();
      this.says.textContent = "The post that you replied to is gone. Your words are in the field above.";
    }
    if (hadFocus) (isSaved ? this.editor.text : this.fold.querySelector("summary"))?.focus({ preventScroll: true });
  }

  refreshEditors() {
    this.editor.refresh();
    this.refreshPending();
  }

  refreshPending() {
    const pending = this.queue.pending(this.segment);
    const state = JSON.stringify([pending, this.queue.keeps, this.queue.sentence]);
    if (state === this.pendingList.dataset.state) return; // what has the focus keeps it
    this.pendingList.dataset.state = state;
    this.pendingList.hidden = pending.length === 0;
    this.pendingList.replaceChildren(...pending.map((one) => pendingPost(one, {
      isKept: this.queue.keeps,
      sentence: this.queue.sentence,
      edit: () => this.#edit(one),
      discard: () => this.queue.discard(one.id),
    })));
  }

  // A reaction shows at once; should it not be kept, it goes again, and the board says why.
  /**
   * @param {M.PostView} post
   * @param {T.ReactionKind} reaction
   * @param {boolean} on
   */
  async react(post, reaction, on) {
    const pressed = { count: post.reactions[reaction].count + (on ? 1 : -1), mine: on };
    this.#shown.get(post.id)?.show?.({ ...post, reactions: { ...post.reactions, [reaction]: pressed } });
    const isDone = await this.#do("react", post.id, { reaction, on });
    const known = this.#known.get(post.id);
    if (!isDone && known) this.#shown.get(post.id)?.show?.(known);
  }

  /** @param {M.PostView} post */
  async withdraw(post) {
    /** @type {[string, string | null]} */
    const place = [this.segment, post.parent];
    if (!(await this.#do("undo", post.id, {})) || this.queue.draft(...place)) return;
    this.queue.write(...place, post.text, Boolean(post.who));
    const editor = post.parent ? this.#replyTo(post.parent, false) : this.editor;
    editor?.refresh();
    this.says.textContent = "Taken back. Your words are in the field where you wrote them.";
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
    this.says = h("p", { class: "ck-board-says", role: "status" });
    this.news = h("button", { type: "button", hidden: true, onclick: () => this.#showNews() });
    this.list = h("ul", { class: "ck-board-posts" });
    this.pendingList = h("ul", { class: "ck-board-posts", hidden: true });
    const words = { label: "Write to the other states", help: this.help, send: "Post" };
    this.editor = new PostEditor(this.queue, { segment: this.segment, parent: null }, words, this.name, () => this.refreshPending());
    this.fold = h("details", { class: "ck-board-fold", open: isOpen },
      h("summary", {}, h("h3", {}, `Board: ${title}`), this.count),
      this.editor.element, this.says, this.pendingList, h("div", { class: "ck-board-news" }, this.news), this.list,
    );
    this.fold.addEventListener("toggle", () => this.#showNews());
    this.el.replaceChildren(this.fold);
    this.refreshPending();
  }

  // Whether nothing that is being read would be moved.
  #isCalm() {
    if (this.el.hidden || !this.fold.open || this.#shown.size === 0) return true;
    return this.list.getBoundingClientRect().top > innerHeight;
  }

  #waiting() {
    return [...this.#known.values()].filter((post) => !this.#shown.has(post.id));
  }

  #showNews() {
    const hadFocus = document.activeElement === this.news;
    const waiting = this.#waiting();
    for (const post of waiting) this.#add(post);
    this.#refresh();
    if (!hadFocus || waiting.length === 0) return;
    const first = this.#shown.get(waiting[0].id)?.element;
    first?.setAttribute("tabindex", "-1");
    first?.focus({ preventScroll: true });
  }

  /** @param {M.PostView} said */
  #add(said) {
    if (this.#shown.has(said.id)) return;
    const post = new Post(this, said);
    this.#shown.set(said.id, post);
    if (said.parent) this.#thread(said.parent).replies.append(post.element);
    else this.list.append(post.element);
    if (!said.parent && this.queue.draft(this.segment, said.id)) this.#replyTo(said.id, false);
    this.#order();
  }

  // The post that began a thread, or its tombstone.
  /**
   * @param {string} id
   * @returns {T.ShownPost}
   */
  #thread(id) {
    const known = this.#known.get(id);
    if (!this.#shown.has(id) && known) this.#add(known);
    const shown = this.#shown.get(id);
    if (shown) return shown;
    const gone = tombstone(id);
    this.#shown.set(id, gone);
    this.list.append(gone.element);
    return gone;
  }

  // Featured threads first, then the newest; replies as they came. What has the focus stays where it is.
  #order() {
    /** @param {T.ShownPost} arg */
    const rank = ({ said }) => (said ? (said.featured ? "2" : "1") + said.at : "0");
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
    this.el.hidden = posts === 0 && !this.#isOn && this.queue.pending(this.segment).length === 0;
    this.count.textContent = posts === 0 ? "no posts yet" : posts === 1 ? "1 post" : `${posts} posts`;
    this.news.hidden = waiting === 0;
    this.news.textContent = waiting === 1 ? "1 new post" : `${waiting} new posts`;
    this.#order();
  }

  /**
   * @param {string} id
   * @param {boolean} wanted
   */
  #replyTo(id, wanted) {
    const post = this.#shown.get(id);
    if (!post?.editorSlot || !post.said) return null;
    const { editorSlot } = post;
    if (!post.editor) {
      const words = { label: `Reply to ${post.said.who ?? post.said.state}`, help: this.help, send: "Post reply" };
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
    const isThere = parent !== null && Boolean(this.#shown.get(parent)?.said);
    this.queue.takeBack(id, isThere ? parent : null);
    const editor = (isThere && this.#replyTo(parent, true)) || this.editor;
    editor.refresh();
    editor.text.focus();
  }

  // Whether it is done; if not, the board says why.
  /**
   * @template {keyof M.CommandValues} K
   * @param {K} kind
   * @param {string} subject
   * @param {M.CommandValues[K]} value
   */
  async #do(kind, subject, value) {
    const answer = await this.connection.act(mintId(), kind, subject, value);
    if (!answer.ok) this.says.textContent = answer.refused ?? AWAY;
    return answer.ok ?? false;
  }
}

// Put a thread before the next one in order. One that is there already is not touched.
/**
 * @param {T.ShownPost} arg
 * @param {T.ShownPost[]} threads
 */
function place({ element }, threads) {
  const at = threads.findIndex((one) => one.element === element);
  const next = threads[at + 1]?.element ?? null;
  if (element.nextElementSibling !== next) element.parentElement?.insertBefore(element, next);
}

// Posts that the server does not have yet: stored on this device from the first character on, and resent after a
// reconnection or a reload under the same id, so that each is posted once. A draft is an entry that is not sent yet:
// {id, segment, parent, text, signed, sent, at, problem}.
import { mintId } from "../shared/dom.js";
import { Outbox } from "../forms/outbox.js";
/** @import * as T from "./types.js" */

const RETRY_MS = 4000;
// A recent draft may be open in another window: it is taken over once it has not changed for this long.
const ADOPT_AFTER_MS = 2500;
const REMOVE_AFTER_MS = 10000;
const STORED_LOCALLY = "Not posted yet. It is kept on this device, and posted as soon as the server can be reached.";

export class PostQueue extends EventTarget {
  #connection;
  /** @type {Outbox<T.PendingPost>} */
  #outbox;
  /** @type {Set<string>} */
  #sending = new Set();
  /** @type {Set<string>} */
  #posted = new Set();

  // Events: "change", whenever `pending` or `sentence` changes.
  /**
   * @param {T.PageConnection} connection
   * @param {string} key
   */
  constructor(connection, key) {
    super();
    this.#connection = connection;
    this.#outbox = new Outbox(key);
    this.#outbox.adopt();
    setTimeout(() => this.#outbox.adopt().length > 0 && this.#emitChange(), ADOPT_AFTER_MS);
    this.sentence = "";
    connection.addEventListener("open", () => this.#sendAll());
    addEventListener("online", () => this.#sendAll());
  }

  get isPersistent() {
    return this.#outbox.isPersistent;
  }

  // Entries being sent or refused, in order of creation.
  /** @param {string} segment */
  pending(segment) {
    return this.#outbox.entries().filter((entry) => entry.sent && entry.segment === segment);
  }

  /**
   * @param {string} segment
   * @param {string | null} parent
   */
  draft(segment, parent) {
    return this.#outbox.entries().find((entry) => !entry.sent && entry.segment === segment && entry.parent === parent);
  }

  /**
   * @param {string} segment
   * @param {string | null} parent
   * @param {string} text
   * @param {boolean} signed
   */
  write(segment, parent, text, signed) {
    const known = this.draft(segment, parent);
    if (!text) {
      if (known) this.#outbox.remove(known.id);
      return;
    }
    this.#outbox.put({ id: known?.id ?? mintId(), segment, parent, text, signed, sent: false, at: Date.now(), problem: "" });
  }

  // Send the draft.
  /**
   * @param {string} segment
   * @param {string | null} parent
   */
  post(segment, parent) {
    const draft = this.draft(segment, parent);
    if (!draft) return;
    this.#outbox.put({ ...draft, sent: true });
    this.#send(draft.id);
  }

  // Turn a refused entry into a draft again, as a reply to `parent`, or as a new thread (null).
  /**
   * @param {string} id
   * @param {string | null} parent
   */
  makeDraft(id, parent) {
    const entry = this.#outbox.get(id);
    if (entry) this.#rewrite(entry, parent);
    this.#emitChange();
  }

  // Turn a reply draft into a post of its own, because the post that it answers is gone. Returns whether there was one.
  /**
   * @param {string} segment
   * @param {string} parent
   */
  moveDraft(segment, parent) {
    const draft = this.draft(segment, parent);
    if (draft) this.#rewrite(draft, null);
    return Boolean(draft);
  }

  // Prepend an entry's text to the draft in that place.
  /**
   * @param {T.PendingPost} arg
   * @param {string | null} parent
   */
  #rewrite({ id, segment, text, signed }, parent) {
    const begun = this.draft(segment, parent)?.text;
    this.#outbox.remove(id);
    this.write(segment, parent, begun ? `${text}\n\n${begun}` : text, signed);
  }

  /** @param {string} id */
  discard(id) {
    this.#outbox.remove(id);
    this.#emitChange();
  }

  // The post with this id is on the board. Returns whether it was one of these.
  /** @param {string} id */
  settle(id) {
    if (!this.#outbox.get(id)?.sent) return false;
    this.#posted.delete(id);
    this.#outbox.remove(id);
    return true;
  }

  #sendAll() {
    for (const entry of this.#outbox.entries()) if (entry.sent && !entry.problem) this.#send(entry.id);
  }

  /** @param {string} id */
  async #send(id) {
    const entry = this.#outbox.get(id);
    if (!entry || this.#sending.has(id) || this.#posted.has(id)) return;
    this.#sending.add(id);
    this.#emitChange();
    const { segment, text, parent, signed } = entry;
    const answer = await this.#connection.act(id, "post", segment, { text, parent: parent ?? "", signed });
    this.#sending.delete(id);
    this.sentence = "later" in answer ? answer.later || STORED_LOCALLY : "";
    if (answer.ok) this.#removeLater(id);
    else if (answer.refused) this.#outbox.put({ ...entry, problem: answer.refused });
    else setTimeout(() => this.#send(id), Math.max(RETRY_MS, answer.wait ?? 0));
    this.#emitChange();
  }

  // Remove the entry once the post is on the board; or after a delay, since it may have been hidden before.
  /** @param {string} id */
  #removeLater(id) {
    this.#posted.add(id);
    setTimeout(() => this.settle(id) && this.#emitChange(), REMOVE_AFTER_MS);
  }

  #emitChange() {
    this.dispatchEvent(new Event("change"));
  }
}

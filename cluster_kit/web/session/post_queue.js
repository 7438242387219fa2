// Posts that the server does not have yet: kept on this computer from the first entry on, and sent again after a break or a reload
// under the id that they got when they were typed, so that each is posted once.
// A draft is an entry that is not sent yet: {id, segment, parent, text, signed, sent, at, problem}.
import { mintId } from "../shared/dom.js";
import { Outbox } from "../forms/outbox.js";
/** @import * as T from "./types.js" */

const AGAIN_MS = 4000;
// A draft from a moment ago may be in the making in another window: it is taken over once it has come to rest.
const REST_MS = 2500;
const SEEN_MS = 10000;
const KEPT = "Not posted yet. It is kept on this computer, and posted as soon as the server can be reached.";

export class PostQueue extends EventTarget {
  #connection;
  /** @type {Outbox<T.PendingPost>} */
  #box;
  /** @type {Set<string>} */
  #sending = new Set();
  /** @type {Set<string>} */
  #posted = new Set();

  // Events: "change", after anything that `pending` and `sentence` say has changed.
  /**
   * @param {T.PageConnection} connection
   * @param {string} key
   */
  constructor(connection, key) {
    super();
    this.#connection = connection;
    this.#box = new Outbox(key);
    this.#box.adopt();
    setTimeout(() => this.#box.adopt().length > 0 && this.#changed(), REST_MS);
    this.sentence = "";
    connection.addEventListener("open", () => this.#sendAll());
    addEventListener("online", () => this.#sendAll());
  }

  get keeps() {
    return this.#box.keeps;
  }

  // What is on its way, or was refused, in the order in which it was written.
  /** @param {string} segment */
  pending(segment) {
    return this.#box.entries().filter((entry) => entry.sent && entry.segment === segment);
  }

  /**
   * @param {string} segment
   * @param {string | null} parent
   */
  draft(segment, parent) {
    return this.#box.entries().find((entry) => !entry.sent && entry.segment === segment && entry.parent === parent);
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
      if (known) this.#box.remove(known.id);
      return;
    }
    this.#box.put({ id: known?.id ?? mintId(), segment, parent, text, signed, sent: false, at: Date.now(), problem: "" });
  }

  // Send the draft.
  /**
   * @param {string} segment
   * @param {string | null} parent
   */
  post(segment, parent) {
    const draft = this.draft(segment, parent);
    if (!draft) return;
    this.#box.put({ ...draft, sent: true });
    this.#send(draft.id);
  }

  // Turn a entry that was refused into a draft again, as a reply to `parent`, or to nothing (null).
  /**
   * @param {string} id
   * @param {string | null} parent
   */
  takeBack(id, parent) {
    const entry = this.#box.get(id);
    if (entry) this.#rewrite(entry, parent);
    this.#changed();
  }

  // Make a reply that was begun a post of its own: what it answers is gone. Whether there was one.
  /**
   * @param {string} segment
   * @param {string} parent
   */
  moveDraft(segment, parent) {
    const draft = this.draft(segment, parent);
    if (draft) this.#rewrite(draft, null);
    return Boolean(draft);
  }

  // Put an entry's words before those that stand in that place already.
  /**
   * @param {T.PendingPost} arg
   * @param {string | null} parent
   */
  #rewrite({ id, segment, text, signed }, parent) {
    const begun = this.draft(segment, parent)?.text;
    this.#box.remove(id);
    this.write(segment, parent, begun ? `${text}\n\n${begun}` : text, signed);
  }

  /** @param {string} id */
  discard(id) {
    this.#box.remove(id);
    this.#changed();
  }

  // The post with this id is on the board. Whether it was one of these.
  /** @param {string} id */
  arrived(id) {
    if (!this.#box.get(id)?.sent) return false;
    this.#posted.delete(id);
    this.#box.remove(id);
    return true;
  }

  #sendAll() {
    for (const entry of this.#box.entries()) if (entry.sent && !entry.problem) this.#send(entry.id);
  }

  /** @param {string} id */
  async #send(id) {
    const entry = this.#box.get(id);
    if (!entry || this.#sending.has(id) || this.#posted.has(id)) return;
    this.#sending.add(id);
    this.#changed();
    const { segment, text, parent, signed } = entry;
    const answer = await this.#connection.act(id, "post", segment, { text, parent: parent ?? "", signed });
    this.#sending.delete(id);
    this.sentence = "later" in answer ? answer.later || KEPT : "";
    if (answer.ok) this.#leave(id);
    else if (answer.refused) this.#box.put({ ...entry, problem: answer.refused });
    else setTimeout(() => this.#send(id), Math.max(AGAIN_MS, answer.wait ?? 0));
    this.#changed();
  }

  // It leaves the box when it is seen on the board; or soon, since it may have been hidden before it was seen.
  /** @param {string} id */
  #leave(id) {
    this.#posted.add(id);
    setTimeout(() => this.arrived(id) && this.#changed(), SEEN_MS);
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

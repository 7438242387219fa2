// Input that is not known to be saved. It is kept in the browser's storage, so that it survives a lost
// connection, a reload and a closed window; in memory only if storage is unavailable or full.
//
// An entry: {id, prompt, row, scope, value, base, sent, at, problem}. Until an entry is sent, its value may still
// change. Once it is sent it never changes, because the store may already have that value under the id; what is typed
// later is an entry of its own. An entry with a problem is not sent until its author corrects it.
//
// Several windows of one person share the storage: each change reads it again and touches its own entries only.
import { mintId } from "../shared/dom.js";

const SETTLED_MS = 2000;

/** @template {{id: string, sent: boolean, at: number, problem: string, prompt?: string, row?: string}} E */
export class Outbox {
  /** @param {string} key */
  constructor(key) {
    this.key = key;
    this.isPersistent = true;
    /** @type {Map<string, E>} */
    this.mine = new Map();
  }

  // The entries in order of creation.
  entries() {
    return [...this.mine.values()];
  }

  // The entries of one field, oldest first.
  /** @param {{prompt: string, row: string}} address */
  at(address) {
    return this.entries().filter((entry) => entry.prompt === address.prompt && entry.row === address.row);
  }

  /** @param {string} id */
  get(id) {
    return this.mine.get(id);
  }

  /** @param {...E} entries */
  put(...entries) {
    for (const entry of entries) this.mine.set(entry.id, entry);
    this.#change((stored) => {
      for (const entry of entries) stored[entry.id] = entry;
    });
  }

  /** @param {string} id */
  remove(id) {
    this.mine.delete(id);
    this.#change((stored) => delete stored[id]);
  }

  // Take over entries of an earlier page. Those never sent get a new id, in case that page is still open and sends
  // other values under the old ones; entries being typed in another window are left alone.
  adopt() {
    this.#moveFormer();
    const stored = Object.values(this.#read()).filter((entry) => !this.mine.has(entry.id));
    const settled = stored.filter((entry) => entry.sent || entry.problem || Date.now() - entry.at > SETTLED_MS);
    settled.sort((one, other) => one.at - other.at);
    for (const entry of settled) {
      if (entry.sent) {
        this.mine.set(entry.id, entry);
      } else {
        this.remove(entry.id);
        this.put({ ...entry, id: mintId() });
      }
    }
    return settled;
  }

  // Move entries that were kept under another id of this person, from before two records of them were merged.
  #moveFormer() {
    const { person = "", former = "" } = document.documentElement.dataset;
    for (const id of former.split(" ").filter(Boolean)) {
      const before = new Outbox(this.key.replace(`:${person}:`, `:${id}:`));
      const left = before.key === this.key ? {} : before.#read();
      if (Object.keys(left).length === 0) continue;
      this.#change((stored) => Object.assign(stored, { ...left, ...stored }));
      if (this.isPersistent) localStorage.removeItem(before.key);
    }
  }

  /** @returns {Record<string, E>} */
  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  /** @param {(stored: Record<string, E>) => void} edit */
  #change(edit) {
    const stored = this.#read();
    edit(stored);
    try {
      if (Object.keys(stored).length) localStorage.setItem(this.key, JSON.stringify(stored));
      else localStorage.removeItem(this.key);
      this.isPersistent = true;
    } catch {
      this.isPersistent = false;
    }
  }
}

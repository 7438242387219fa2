// Unsaved changes: the editor's server keeps them as a draft, and this browser keeps a copy in case the server stops.
import { request, ServiceError } from "./service.js";
/** @import * as E from "./types.js" */

export class DraftKeeper {
  // Whether the newest changes have not reached the server.
  isUnsent = false;

  /** @param {E.Opened} opened */
  constructor({ series, name, drafts }) {
    this.place = `cluster-kit:edit:${series.id}:${name}`;
    this.id = read(sessionStorage, this.place) ?? crypto.randomUUID();
    write(sessionStorage, this.place, this.id);
    /** @type {Map<string, E.KeptDraft>} */
    const known = new Map(drafts.map((draft) => [draft.id, draft]));
    for (const draft of this.#local()) {
      const kept = known.get(draft.id);
      if (!kept || Date.parse(kept.at) < Date.parse(draft.at)) known.set(draft.id, draft);
    }
    this.others = [...known.values()];
  }

  // Keep a copy of the changes.
  /**
   * @param {string} base
   * @param {E.Entry} data
   */
  note(base, data) {
    this.isUnsent = true;
    const draft = { id: this.id, base, at: new Date().toISOString(), data };
    this.#keep([...this.#local().filter((one) => one.id !== this.id), draft]);
  }

  // Continue with a draft: it is this page's from now on.
  /** @param {E.KeptDraft} draft */
  adopt(draft) {
    this.id = draft.id;
    write(sessionStorage, this.place, draft.id);
    this.others = this.others.filter((one) => one.id !== draft.id);
  }

  /** @param {string} id */
  async discard(id) {
    this.others = this.others.filter((one) => one.id !== id);
    this.#keep(this.#local().filter((one) => one.id !== id));
    if (id === this.id) this.isUnsent = false;
    try {
      await request("discard", { draft: id });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
    }
  }

  /** @returns {E.KeptDraft[]} */
  #local() {
    try {
      return JSON.parse(read(localStorage, this.place) ?? "[]");
    } catch {
      return [];
    }
  }

  /** @param {E.KeptDraft[]} drafts */
  #keep(drafts) {
    write(localStorage, this.place, JSON.stringify(drafts));
  }
}

// Storage may be blocked or full.
/**
 * @param {Storage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {Storage} storage
 * @param {string} key
 * @param {string} value
 */
function write(storage, key, value) {
  try {
    storage.setItem(key, value);
  } catch (error) {
    console.warn("This browser keeps no copy of the changes.", error);
  }
}

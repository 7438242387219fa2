// Sends a file in pieces; each piece waits for the reply to the previous one. Without a reply, or after a reconnection,
// the piece is sent again; the reply has the position at which to continue.
import { mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {FormStore} from "./form_store.js" */

const CHUNK_BYTES = 240_000;
const REPLY_TIMEOUT_MS = 10_000;

export class Upload {
  // `onProgress` is called with {share} (0 to 1), {waiting: true}, {value} at the end, or {problem}.
  /**
   * @param {FormStore} store
   * @param {T.Address} address
   * @param {File} file
   * @param {(news: T.UploadProgress) => void} onProgress
   */
  constructor(store, address, file, onProgress) {
    this.store = store;
    this.address = address;
    this.file = file;
    this.onProgress = onProgress;
    this.id = mintId();
    this.at = 0;
    this.stops = [
      store.on("file", (content) => content.upload === this.id && this.#receive(content)),
      store.on("connected", () => this.#sendChunk()),
    ];
    this.onUnload = (/** @type {Event} */ event) => event.preventDefault();
    addEventListener("beforeunload", this.onUnload);
    this.#sendChunk();
  }

  stop() {
    this.ended = true;
    clearTimeout(this.replyTimer);
    removeEventListener("beforeunload", this.onUnload);
    for (const stop of this.stops) stop();
  }

  async #sendChunk() {
    const { at } = this;
    clearTimeout(this.replyTimer);
    let data = "";
    try {
      data = await toBase64(this.file.slice(at, at + CHUNK_BYTES));
    } catch {
      this.#end({ problem: `${this.file.name} can no longer be read on this device. Choose it again.` });
    }
    if (this.ended || at !== this.at) return;
    clearTimeout(this.replyTimer);
    this.replyTimer = setTimeout(() => {
      this.onProgress({ waiting: true });
      this.#sendChunk();
    }, REPLY_TIMEOUT_MS);
    const { prompt } = this.address;
    this.store.send({ type: "file", upload: this.id, prompt, name: this.file.name, size: this.file.size, at, data });
  }

  /** @param {M.FileReply} arg */
  #receive({ have, value, problem }) {
    if (value || problem) return this.#end({ value, problem });
    this.at = have ?? 0;
    this.onProgress({ share: this.at / this.file.size });
    this.#sendChunk();
  }

  /** @param {T.UploadProgress} result */
  #end(result) {
    this.stop();
    this.onProgress(result);
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function toBase64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const address = String(reader.result);
      resolve(address.slice(address.indexOf(",") + 1));
    };
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

// Sends a file piece by piece: each piece waits for the answer to the one before it. When no answer comes, or the connection
// was down, the same piece is sent again; the answer says from where to go on.
import { mintId } from "../shared/dom.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */
/** @import {FormStore} from "./form_store.js" */

const PIECE_BYTES = 240_000;
const ANSWER_MS = 10_000;

export class Upload {
  // `tell` is called with {share} (0 to 1), {waiting: true}, {value} at the end, or {problem}.
  /**
   * @param {FormStore} store
   * @param {T.Address} address
   * @param {File} file
   * @param {(news: T.UploadNews) => void} tell
   */
  constructor(store, address, file, tell) {
    this.store = store;
    this.address = address;
    this.file = file;
    this.tell = tell;
    this.id = mintId();
    this.at = 0;
    this.stops = [
      store.on("file", (content) => content.upload === this.id && this.#hear(content)),
      store.on("connected", () => this.#sendPiece()),
    ];
    this.onUnload = (/** @type {Event} */ event) => event.preventDefault();
    addEventListener("beforeunload", this.onUnload);
    this.#sendPiece();
  }

  stop() {
    this.ended = true;
    clearTimeout(this.patience);
    removeEventListener("beforeunload", this.onUnload);
    for (const stop of this.stops) stop();
  }

  async #sendPiece() {
    const { at } = this;
    clearTimeout(this.patience);
    let data = "";
    try {
      data = await toBase64(this.file.slice(at, at + PIECE_BYTES));
    } catch {
      this.#end({ problem: `${this.file.name} can not be read on this computer any more. Choose it again.` });
    }
    if (this.ended || at !== this.at) return;
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      this.tell({ waiting: true });
      this.#sendPiece();
    }, ANSWER_MS);
    const { prompt } = this.address;
    this.store.send({ type: "file", upload: this.id, prompt, name: this.file.name, size: this.file.size, at, data });
  }

  /** @param {M.FileReply} arg */
  #hear({ have, value, problem }) {
    if (value || problem) return this.#end({ value, problem });
    this.at = have ?? 0;
    this.tell({ share: this.at / this.file.size });
    this.#sendPiece();
  }

  /** @param {T.UploadNews} how */
  #end(how) {
    this.stop();
    this.tell(how);
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

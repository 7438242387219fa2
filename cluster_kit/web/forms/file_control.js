// A file to give: chosen by the native control, sent while the page says how far it is, and taken away with a button.
import { elementId, h } from "../shared/dom.js";
import { Upload } from "./upload.js";
/** @import * as T from "./types.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {M.UploadedFile} Kept */

const SENDING = "Sending the file.";

// "240 kB" or "3.2 MB".
/** @param {number} size */
export function formatSize(size) {
  return size >= 1_000_000 ? `${(size / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(size / 1000))} kB`;
}

/** @param {{name: string, size: number}} arg */
export function formatFile({ name, size }) {
  return `${name} (${formatSize(size)})`;
}

/**
 * @param {T.FieldPrompt} prompt
 * @param {T.Form} form
 * @param {T.Address} address
 * @returns {T.Control}
 */
export function buildFileControl(prompt, form, address) {
  /** @type {Kept | null} */
  let kept = null;
  /** @type {Upload | null} */
  let upload = null;
  const interrupted = `${form.store.key}:upload:${address.prompt}:${address.row}`;
  const input = h("input", { type: "file", id: elementId("file"), accept: prompt.accepts.map((/** @type {string} */ ending) => `.${ending}`).join() });
  const name = h("p", { class: "ck-file-name" });
  const progress = h("progress", { max: 1, "aria-label": "Sending the file", hidden: true });
  const stop = h("button", { type: "button", class: "ck-button", hidden: true, onclick: () => end("The file was not sent.") }, "Stop sending");
  const remove = h("button", { type: "button", class: "ck-quiet", onclick: () => take(null) }, "Take this file away");
  const said = h("p", { role: "status", class: "ck-file-said" });
  const node = h("div", { class: "ck-file" }, name, input, progress, stop, said, remove);

  const show = () => {
    name.textContent = kept ? `Given: ${formatFile(kept)}` : "No file given yet.";
    remove.hidden = !kept || Boolean(upload);
    progress.hidden = stop.hidden = !upload;
  };
  // An answer like any other: the field sends it on, and its history is kept.
  /** @param {Kept | null} value */
  const take = (value) => {
    kept = value;
    show();
    for (const event of ["input", "change"]) node.dispatchEvent(new Event(event, { bubbles: true }));
    say(value ? "The file has arrived." : "The file was taken away.");
  };
  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  const say = (sentence, isProblem = false) => {
    said.textContent = sentence;
    said.classList.toggle("ck-problem", isProblem);
  };
  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  const end = (sentence, isProblem = false) => {
    upload?.stop();
    upload = null;
    forget(interrupted);
    input.value = "";
    say(sentence, isProblem);
    show();
  };
  /** @param {T.UploadNews} arg */
  const hear = ({ share, waiting, value, problem }) => {
    if (waiting) say("No answer yet. The file goes on as soon as the connection is back; leave this page open.");
    else if (share !== undefined) {
      progress.value = share;
      if (said.textContent !== SENDING) say(SENDING);
    } else {
      end(problem ?? "", Boolean(problem));
      if (value) take(value);
    }
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    const file = input.files?.[0];
    if (!file) return;
    const problem = refuse(prompt, file);
    if (problem) return end(problem, true);
    upload?.stop();
    progress.value = 0;
    say(SENDING);
    remember(interrupted, file.name);
    upload = new Upload(form.store, address, file, hear);
    show();
  });
  const left = recall(interrupted);
  if (left) {
    forget(interrupted);
    say(`${left} did not arrive: the page was left while it was being sent. Choose it again.`, true);
  }
  show();
  /** @param {Kept | null} value */
  const write = (value) => {
    kept = value;
    show();
  };
  return { nodes: [node], targets: [input], read: () => ({ value: kept }), write };
}

// Why a file need not be sent at all, or "". The server checks it again.
/**
 * @param {T.FieldPrompt} prompt
 * @param {File} arg1
 */
function refuse(prompt, { name, size }) {
  /** @type {string[]} */
  const endings = prompt.accepts.map((/** @type {string} */ ending) => `.${ending}`);
  if (!endings.some((ending) => name.toLowerCase().endsWith(ending))) {
    return `${name} is not a kind of file that can be taken here. Its name must end in one of ${endings.join(", ")}.`;
  }
  if (!size) return `${name} is empty. Save it once more, and choose it again.`;
  if (size > prompt.largest) return `${name} has ${formatSize(size)}; up to ${formatSize(prompt.largest)} can be taken. Bring a smaller part of it.`;
  return "";
}

// The name of a file that is on its way, for a page that is loaded again meanwhile.
/**
 * @param {string} key
 * @param {string} words
 */
function remember(key, words) {
  try {
    sessionStorage.setItem(key, words);
  } catch {
    // Without storage the page only says less after it was loaded again.
  }
}

/** @param {string} key */
function recall(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key */
function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // See above.
  }
}

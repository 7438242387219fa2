// File upload: the native file input, a progress message, and a remove button.
import { elementId, h, setInvalid } from "../shared/dom.js";
import { Upload } from "./upload.js";
/** @import * as T from "./types.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {M.UploadedFile} UploadedFile */

const SENDING = "Sending the file.";

// "240 kB" or "3.2 MB".
/** @param {number} size */
function formatSize(size) {
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
  /** @type {UploadedFile | null} */
  let kept = null;
  /** @type {Upload | null} */
  let upload = null;
  const interrupted = `${form.store.key}:upload:${address.prompt}:${address.row}`;
  const input = h("input", { type: "file", id: elementId("file"), accept: prompt.accepts.map((/** @type {string} */ ending) => `.${ending}`).join() });
  const name = h("p", { class: "ck-file-name" });
  const progress = h("progress", { max: 1, "aria-label": "Sending the file", hidden: true });
  const stop = h("button", { type: "button", class: "ck-button", hidden: true, onclick: () => end("The file was not sent.") }, "Stop sending");
  const remove = h("button", { type: "button", class: "ck-quiet", onclick: () => setFile(null) }, "Remove this file");
  const status = h("p", { role: "status", class: "ck-file-status" });
  const node = h("div", { class: "ck-file" }, name, input, progress, stop, status, remove);

  const show = () => {
    name.textContent = kept ? `Given: ${formatFile(kept)}` : "No file given yet.";
    remove.hidden = !kept || Boolean(upload);
    progress.hidden = stop.hidden = !upload;
  };
  // The file is an answer like any other: the field sends it, with its history.
  /** @param {UploadedFile | null} value */
  const setFile = (value) => {
    kept = value;
    show();
    for (const event of ["input", "change"]) node.dispatchEvent(new Event(event, { bubbles: true }));
    setStatus(value ? "The file has arrived." : "The file was taken away.");
  };
  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  const setStatus = (sentence, isProblem = false) => {
    status.textContent = sentence;
    status.classList.toggle("ck-problem", isProblem);
    setInvalid(input, status, isProblem);
  };
  /**
   * @param {string} sentence
   * @param {boolean} [isProblem]
   */
  const end = (sentence, isProblem = false) => {
    upload?.stop();
    upload = null;
    removeName(interrupted);
    input.value = "";
    setStatus(sentence, isProblem);
    show();
  };
  /** @param {T.UploadProgress} arg */
  const showUpload = ({ share, waiting, value, problem }) => {
    if (waiting) setStatus("No answer yet. The file goes on as soon as the connection is back; leave this page open.");
    else if (share !== undefined) {
      progress.value = share;
      if (status.textContent !== SENDING) setStatus(SENDING);
    } else {
      end(problem ?? "", Boolean(problem));
      if (value) setFile(value);
    }
  };
  input.addEventListener("input", (event) => event.stopPropagation());
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    const file = input.files?.[0];
    if (!file) return;
    const problem = findProblem(prompt, file);
    if (problem) return end(problem, true);
    upload?.stop();
    progress.value = 0;
    setStatus(SENDING);
    storeName(interrupted, file.name);
    upload = new Upload(form.store, address, file, showUpload);
    show();
  });
  const left = readName(interrupted);
  if (left) {
    removeName(interrupted);
    setStatus(`${left} did not arrive: the page was left while it was being sent. Choose it again.`, true);
  }
  show();
  /** @param {UploadedFile | null} value */
  const write = (value) => {
    kept = value;
    show();
  };
  return { nodes: [node], targets: [input], read: () => ({ value: kept }), write };
}

// The reason why a file cannot be accepted, or "". The server checks again.
/**
 * @param {T.FieldPrompt} prompt
 * @param {File} file
 */
function findProblem(prompt, { name, size }) {
  /** @type {string[]} */
  const endings = prompt.accepts.map((/** @type {string} */ ending) => `.${ending}`);
  if (!endings.some((ending) => name.toLowerCase().endsWith(ending))) {
    return `${name} is not a kind of file that can be taken here. Its name must end in one of ${endings.join(", ")}.`;
  }
  if (!size) return `${name} is empty. Save it once more, and choose it again.`;
  if (size > prompt.largest) return `${name} has ${formatSize(size)}; up to ${formatSize(prompt.largest)} can be taken. Bring a smaller part of it.`;
  return "";
}

// The name of the file being uploaded, for the page after a reload.
/**
 * @param {string} key
 * @param {string} words
 */
function storeName(key, words) {
  try {
    sessionStorage.setItem(key, words);
  } catch {
    // Without storage, the page shows less after a reload.
  }
}

/** @param {string} key */
function readName(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key */
function removeName(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // See above.
  }
}

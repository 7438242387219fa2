// The page with a person's own link: a button that copies it.

const field = /** @type {HTMLInputElement} */ (document.getElementById("own-link"));
const button = /** @type {HTMLButtonElement} */ (document.getElementById("ck-copy"));
const status = /** @type {HTMLElement} */ (document.getElementById("ck-copied"));

// The clipboard exists on https and localhost only. Elsewhere the link is selected, to be copied with the keyboard.
async function copy() {
  field.select();
  const isCopied = await Promise.resolve(navigator.clipboard?.writeText(field.value).then(() => true)).catch(() => false);
  status.textContent = isCopied ? "The link is copied." : "The link is selected: copy it with Control+C, or Command+C on a Mac.";
}

button.hidden = false;
button.addEventListener("click", copy);
field.addEventListener("focus", () => field.select());

export {};

// The page of a team's summary: copy the short text.

const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("ck-summary-copy"));
const words = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("ck-summary-text"));
const status = document.getElementById("ck-summary-copied");

if (button && words && status) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = "";
    const isCopied = await copy(words);
    status.textContent = isCopied ? "Copied." : "Press Ctrl+C, or Command+C on a Mac, to copy the selected text.";
  });
}

// The clipboard is available to encrypted pages only. Otherwise, the text is selected for the person to copy.
/** @param {HTMLTextAreaElement} field */
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return false;
  }
}

export {}; // a module, although it exports nothing

// Answers to questions that were replaced: a button that copies them.

// A line for each heading, question, and answer; versions on which a team has not settled have a line each.
/** @param {HTMLElement} answers */
function linesOf(answers) {
  const lines = [...answers.querySelectorAll("h3, dt, dd, dd li")].filter((one) => !one.querySelector("li"));
  return lines.map(({ textContent }) => textContent?.trim() ?? "").join("\n");
}

export function offerCopy() {
  const answers = document.getElementById("ck-replaced-answers");
  const button = /** @type {HTMLButtonElement | null} */ (document.getElementById("ck-replaced-copy"));
  const status = document.getElementById("ck-replaced-copied");
  if (!answers || !button || !status) return;
  button.hidden = false;
  // The clipboard is available to encrypted pages only. Otherwise, the answers are selected for the person to copy.
  button.addEventListener("click", async () => {
    const isCopied = await Promise.resolve(navigator.clipboard?.writeText(linesOf(answers)).then(() => true)).catch(() => false);
    if (!isCopied) getSelection()?.selectAllChildren(answers);
    status.textContent = isCopied ? "Copied." : "Press Ctrl+C, or Command+C on a Mac, to copy the selected text.";
  });
}

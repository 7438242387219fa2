// The page that imports a list: says that a file is too large before it is sent.

const field = /** @type {HTMLInputElement} */ (document.getElementById("list"));
const problem = /** @type {HTMLElement} */ (document.getElementById("list-too-large"));
const earlier = document.getElementById("list-error");

function check() {
  const file = field.files?.[0];
  const sentence = file && file.size > Number(field.dataset.largest) ? (field.dataset.tooLarge ?? "") : "";
  field.setCustomValidity(sentence); // the browser does not send the form
  field.setAttribute("aria-invalid", String(sentence !== ""));
  problem.textContent = sentence;
  if (file) earlier?.remove(); // it was about another file
}

field.addEventListener("change", check);
check(); // a browser may have restored the file

export {};

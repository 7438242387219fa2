// The page that waits until a teammate confirms a request to be signed in: asks the server every few seconds.

import { translate } from "./translations.js";

const PERIOD_MS = 3000;
const form = /** @type {HTMLFormElement} */ (document.getElementById("ck-asked"));
const status = /** @type {HTMLElement} */ (document.getElementById("ck-asked-status"));
let isOver = false;

async function ask() {
  if (isOver) return;
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  const headers = { Accept: "application/json" };
  const answer = await fetch("/join", { method: "POST", body, headers }).catch(() => null);
  const reply = answer ? await answer.json().catch(() => ({})) : {};
  if (reply.go) location.replace(reply.go);
  if (reply.sentence) status.textContent = reply.sentence;
  isOver = Boolean(reply.go || reply.sentence);
  form.hidden = isOver;
}

async function askOn() {
  await ask();
  if (!isOver) setTimeout(askOn, PERIOD_MS);
}

status.textContent = translate("Waiting for an answer…");
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
setTimeout(askOn, PERIOD_MS);

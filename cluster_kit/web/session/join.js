// The join page: removes a link's token from the address bar immediately, and sends it. Without a token the page is an
// ordinary form for a team's code, which needs no script.

import { translate } from "./translations.js";

document.documentElement.classList.add("ck-scripted");
const heading = /** @type {HTMLElement} */ (document.querySelector("h1"));
const status = /** @type {HTMLElement} */ (document.getElementById("ck-join-status"));
const help = /** @type {HTMLElement} */ (document.getElementById("ck-join-help"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("ck-join"));

const question = /** @type {HTMLElement} */ (document.getElementById("ck-join-replace"));
const yes = /** @type {HTMLButtonElement} */ (document.getElementById("ck-join-yes"));
const no = /** @type {HTMLAnchorElement} */ (document.getElementById("ck-join-no"));
const SOMEONE_ELSE = 409;

class Refused extends Error {}

function takeToken() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  return token;
}

/**
 * @param {string} token
 * @param {boolean} [replaces] whether it may replace another person who is signed in
 */
async function sendToken(token, replaces = false) {
  const body = new URLSearchParams({ token, _xsrf: /** @type {HTMLInputElement} */ (form.elements.namedItem("_xsrf")).value });
  if (replaces) body.set("replace", "yes");
  const answer = await fetch("/join", { method: "POST", body });
  const reply = await answer.json().catch(() => ({}));
  if (answer.status === SOMEONE_ELSE) {
    ask(token, reply);
    return;
  }
  if (!answer.ok) throw new Refused(reply.sentence ?? translate("The server could not let you in. Open your link again in a moment."));
  location.replace(reply.go);
}

// While a link is checked, the form is hidden; if it is refused, a code can be entered. What is for people who opened no link
// stays hidden.
/**
 * @param {string} title
 * @param {string} sentence
 * @param {boolean} refused
 */
function show(title, sentence, refused) {
  heading.textContent = title;
  status.textContent = sentence;
  help.hidden = !refused;
  for (const el of [form, ...siblingsAfter(form)]) el.hidden = !refused || el === question || el.dataset.without === "link";
}

/** @param {Element} el */
function* siblingsAfter(el) {
  for (let next = el.nextElementSibling; next; next = next.nextElementSibling) yield /** @type {HTMLElement} */ (next);
}

// Someone else is signed in: ask before the link replaces them. Their session on this computer then ends.
/**
 * @param {string} token
 * @param {{now: string, new: string}} names
 */
function ask(token, { now, new: other }) {
  show(translate("Sign in as {other}?", { other }),
    translate("This link belongs to {other}, and you are signed in as {now}.", { other, now }), false);
  document.title = heading.textContent ?? "";
  yes.textContent = translate("Sign in as {other}", { other });
  no.textContent = translate("Stay signed in as {now}", { now });
  question.hidden = false;
  yes.onclick = () => {
    question.hidden = true;
    send(token, true);
  };
  no.focus();
}

/**
 * @param {string} token
 * @param {boolean} [replaces]
 */
function send(token, replaces = false) {
  show(translate("Joining"), translate("Opening your session…"), false);
  sendToken(token, replaces).catch((error) => {
    if (error instanceof Refused) show(translate("This link does not open"), error.message, true);
    else show(translate("No connection"), translate("The server cannot be reached. Check your connection and open your link again."), true);
    document.title = `${translate("Not yet")}: ${heading.textContent}`;
    heading.tabIndex = -1;
    heading.focus(); // the field would scroll the reason off a phone's screen, or put its keyboard over it
    scrollTo(0, 0);
  });
}

// A fragment is a link's token, or a team's code from a QR code: "code=KDR-4927".
function join() {
  const token = takeToken();
  const code = new URLSearchParams(token).get("code");
  if (code) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("code"));
    field.value = code.slice(0, field.maxLength);
    /** @type {HTMLElement} */ (form.querySelector("button")).focus();
  } else send(token);
}

// Opening another link in the same tab changes the fragment only.
addEventListener("hashchange", () => location.hash && join());
if (location.hash) join();

// The door: takes a link's token out of the address bar before anything else happens, and hands it over. Without a token the
// page is an ordinary form for a team's code, and this script leaves it alone.

document.documentElement.classList.add("ck-scripted");
const heading = /** @type {HTMLElement} */ (document.querySelector("h1"));
const says = /** @type {HTMLElement} */ (document.getElementById("ck-door-says"));
const help = /** @type {HTMLElement} */ (document.getElementById("ck-door-help"));
const form = /** @type {HTMLFormElement} */ (document.getElementById("ck-door"));

class Refused extends Error {}

function takeToken() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  return token;
}

/** @param {string} token */
async function knock(token) {
  const body = new URLSearchParams({ token, _xsrf: /** @type {HTMLInputElement} */ (form.elements.namedItem("_xsrf")).value });
  const answer = await fetch("/join", { method: "POST", body });
  const words = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(words.sentence ?? "The server could not let you in. Open your link again in a moment.");
  location.replace(words.go);
}

// While a link is tried, there is nothing to fill in; when it is refused, a code is another way in.
/**
 * @param {string} title
 * @param {string} sentence
 * @param {boolean} refused
 */
function show(title, sentence, refused) {
  heading.textContent = title;
  says.textContent = sentence;
  help.hidden = !refused;
  for (const el of [form, ...siblingsAfter(form)]) el.hidden = !refused;
}

/** @param {Element} el */
function* siblingsAfter(el) {
  for (let next = el.nextElementSibling; next; next = next.nextElementSibling) yield /** @type {HTMLElement} */ (next);
}

function comeIn() {
  const token = takeToken();
  show("Joining", "Opening your session…", false);
  knock(token).catch((error) => {
    if (error instanceof Refused) show("This link does not open", error.message, true);
    else show("No connection", "The server cannot be reached. Check your connection and open your link again.", true);
  });
}

// Another link opened in the same tab changes the fragment only.
addEventListener("hashchange", () => location.hash && comeIn());
if (location.hash) comeIn();

export {};

// The door: takes the link's token out of the address bar before anything else happens, and hands it over.

const says = document.getElementById("ck-door-says");
const heading = document.querySelector("h1");

class Refused extends Error {}

function takeToken() {
  const token = location.hash.slice(1);
  history.replaceState(null, "", "/join");
  return token;
}

async function knock(token) {
  if (!token) throw new Refused("This page needs the link from your invitation. Copy all of it and open it again.");
  const body = new URLSearchParams(new FormData(document.getElementById("ck-door")));
  body.set("token", token);
  const answer = await fetch("/join", { method: "POST", body });
  const words = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(words.sentence ?? "The server could not let you in. Open your link again in a moment.");
  location.replace(words.go);
}

function show(title, sentence, refused) {
  heading.textContent = title;
  says.textContent = sentence;
  document.getElementById("ck-door-help").hidden = !refused;
}

function comeIn() {
  show("Joining", "Opening your session…", false);
  knock(takeToken()).catch((error) => {
    if (error instanceof Refused) show("This link does not open", error.message, true);
    else show("No connection", "The server cannot be reached. Check your connection and open your link again.", true);
  });
}

// Another link opened in the same tab changes the fragment only.
addEventListener("hashchange", () => location.hash && comeIn());
comeIn();

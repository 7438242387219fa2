// The door: hands the link's token over, and takes it out of the address bar before anything else happens.

const says = document.getElementById("ck-door-says");
const token = location.hash.slice(1);
history.replaceState(null, "", "/join");

async function knock() {
  if (!token) throw new Refused("This page needs the link from your invitation. Copy all of it and open it again.");
  const body = new URLSearchParams(new FormData(document.getElementById("ck-door")));
  body.set("token", token);
  const answer = await fetch("/join", { method: "POST", body });
  const words = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(words.sentence ?? "The server could not let you in. Open your link again in a moment.");
  location.replace(words.go);
}

class Refused extends Error {}

knock().catch((error) => {
  const refused = error instanceof Refused;
  says.textContent = refused ? error.message : "The server cannot be reached. Check your connection and open your link again.";
  document.querySelector("h1").textContent = refused ? "This link does not open" : "No connection";
  document.getElementById("ck-door-help").hidden = false;
});

// The line in front of a session: asks whose turn it is, says where one stands, and opens the session.

const SINCE = "cluster-kit:waiting-since";
const PAUSE_MS = 500;
const RETRY_MS = 3000;
const says = /** @type {HTMLElement} */ (document.getElementById("ck-line"));

// The session's page reports how long it all took, this wait included. Loading this page again does not begin it anew.
const [navigation] = performance.getEntriesByType("navigation");
const type = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type;
if (type !== "reload" || !sessionStorage.getItem(SINCE)) sessionStorage.setItem(SINCE, String(performance.timeOrigin));

/** @param {string} sentence */
function say(sentence) {
  if (says.textContent !== sentence) says.textContent = sentence;
}

// {number, full}, or null while the server cannot be reached. Whoever may not ask is told why by the page itself.
async function ask() {
  try {
    const answer = await fetch("/line", { cache: "no-store" });
    if (answer.status === 403) location.reload();
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function stand() {
  const place = await ask();
  if (place?.number === 0) {
    say("It is your turn. The session opens.");
    location.reload();
    return;
  }
  if (!place) say("The server cannot be reached just now. This page goes on trying.");
  else if (place.full) say(`Every place is taken just now. You are number ${place.number} in line for the next one.`);
  else say(`You are number ${place.number} in line.`);
  setTimeout(stand, place ? PAUSE_MS : RETRY_MS);
}

stand();

export {};

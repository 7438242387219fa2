// The waiting page: polls the admission queue, shows the place in line, and opens the session.

const SINCE = "cluster-kit:waiting-since";
const PAUSE_MS = 500;
const RETRY_MS = 3000;
const ANNOUNCE_MS = 20_000;
const status = /** @type {HTMLElement} */ (document.getElementById("ck-line"));

// The session page reports the total time including this wait. Reloading this page does not reset it.
const [navigation] = performance.getEntriesByType("navigation");
const type = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type;
if (type !== "reload" || !sessionStorage.getItem(SINCE)) sessionStorage.setItem(SINCE, String(performance.timeOrigin));

const announced = /** @type {HTMLElement} */ (document.getElementById("ck-line-announced"));
let announcedAt = performance.now();

// Show it at once; say it to screen readers at most every 20 seconds, and what is `last` always.
/**
 * @param {string} sentence
 * @param {boolean} [last]
 */
function setStatus(sentence, last = false) {
  if (status.textContent !== sentence) status.textContent = sentence;
  if (announced.textContent === sentence || (!last && performance.now() - announcedAt < ANNOUNCE_MS)) return;
  announced.textContent = sentence;
  announcedAt = performance.now();
}

// {number, full}, or null if the server is unreachable. Unauthorized users see the page's own message.
async function fetchPlace() {
  try {
    const answer = await fetch("/line", { cache: "no-store" });
    if (answer.status === 403) location.reload();
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function poll() {
  const place = await fetchPlace();
  if (place?.number === 0) {
    setStatus("It is your turn. The session opens.", true);
    location.reload();
    return;
  }
  if (!place) setStatus("The server cannot be reached just now. This page goes on trying.");
  else if (place.full) setStatus(`All places are taken right now. You are number ${place.number} in line for the next one.`);
  else setStatus(`You are number ${place.number} in line.`);
  setTimeout(poll, place ? PAUSE_MS : RETRY_MS);
}

poll();

export {};

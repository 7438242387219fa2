// Requests to be signed in as a teammate, on pages without a connection of their own: asks the server at times.
import { JoinRequests } from "./join_requests.js";

const PERIOD_MS = 10_000;
const requests = new JoinRequests();

async function poll() {
  if (document.hidden) return;
  const answer = await fetch("/requests", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) requests.show((await answer.json()).items);
}

setInterval(poll, PERIOD_MS);
document.addEventListener("visibilitychange", poll);

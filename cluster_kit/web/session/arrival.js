// Reports once the seconds from the page's request until the first form could be filled out. Sends nothing else.

const SINCE = "cluster-kit:waiting-since";

/** @param {string} session */
export function reportArrival(session) {
  const [navigation] = performance.getEntriesByType("navigation");
  const type = /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type;
  const waited = type === "reload" && Number(sessionStorage.getItem(SINCE));
  const began = waited || performance.timeOrigin;
  const seconds = (Date.now() - began) / 1000;
  sessionStorage.removeItem(SINCE);
  /** @type {HTMLInputElement | null} */
  const field = document.querySelector(".ck-leave input[name=_xsrf]");
  const body = new URLSearchParams({ session, seconds: String(seconds), _xsrf: field?.value ?? "" });
  fetch("/arrived", { method: "POST", body, keepalive: true }).catch(() => {});
}

// Reports once how many seconds it took from the request for the page until the first form could be filled out. Nothing else is
// sent with it.

const SINCE = "cluster-kit:waiting-since";

export function reportArrival(session) {
  const [{ type }] = performance.getEntriesByType("navigation");
  const waited = type === "reload" && Number(sessionStorage.getItem(SINCE));
  const began = waited || performance.timeOrigin;
  const seconds = (Date.now() - began) / 1000;
  sessionStorage.removeItem(SINCE);
  const token = document.querySelector(".ck-leave input[name=_xsrf]")?.value ?? "";
  const body = new URLSearchParams({ session, seconds, _xsrf: token });
  fetch("/arrived", { method: "POST", body, keepalive: true }).catch(() => {});
}

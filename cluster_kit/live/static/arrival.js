// How long it took until the first form could be filled, from the first asking for the page: reported once, in seconds, to
// the server that keeps the count. Nothing else goes with it.

const SINCE = "cluster-kit:waiting-since";

export function reportArrival(session) {
  const [{ type }] = performance.getEntriesByType("navigation");
  const waited = type === "reload" && Number(sessionStorage.getItem(SINCE));
  const began = waited || performance.timeOrigin;
  const seconds = (Date.now() - began) / 1000;
  sessionStorage.removeItem(SINCE);
  const report = () => {
    const token = document.querySelector(".ck-leave input[name=_xsrf]")?.value ?? "";
    const body = new URLSearchParams({ session, seconds, _xsrf: token });
    fetch("/arrived", { method: "POST", body, keepalive: true }).catch(() => {});
  };
  // The form that holds the token stands at the end of the page, which may still be under way.
  if (document.readyState === "complete") report();
  else addEventListener("load", report, { once: true });
}

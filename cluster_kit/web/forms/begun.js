// Whether the session has begun. A session page says so on its root element, and with an event when that changes.

/** @param {(hasBegun: boolean) => void} follow called now, and at each change */
export function whenBegun(follow) {
  const refresh = () => follow(document.documentElement.classList.contains("ck-begun"));
  addEventListener("ck:begun", refresh);
  refresh();
}

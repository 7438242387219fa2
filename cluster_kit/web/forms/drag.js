// Drag an item of a list to another place with mouse, pen, or finger. The items move by transforms only: the document
// changes after the drop, so the pointer is never lost, and Escape takes everything back.

/**
 * @param {HTMLElement} grip
 * @param {HTMLElement} item
 * @param {HTMLElement} list
 * @param {{onStart: () => void, onEnd: (to: number | null) => void}} callbacks `to` is null if it stays where it was
 */
export function trackDrag(grip, item, list, { onStart, onEnd }) {
  grip.addEventListener("pointerdown", (start) => {
    if (start.button !== 0 || !start.isPrimary) return;
    start.preventDefault();
    grip.focus({ preventScroll: true }); // the pointer is on it: the page stays where it is
    grip.setPointerCapture(start.pointerId);
    const items = /** @type {HTMLElement[]} */ ([...list.children]);
    // Where they stand without transforms: after Escape, they may still be moving back.
    const boxes = items.map(({ offsetTop: top, offsetHeight: height }) => ({ top, height }));
    const from = items.indexOf(item);
    const step = boxes.length > 1 ? boxes[from].height + Math.max(0, boxes[1].top - boxes[0].top - boxes[0].height) : 0;
    const scrolled = window.scrollY;
    let to = from;
    onStart();
    item.classList.add("ck-dragged");

    /** @param {PointerEvent} event */
    const move = (event) => {
      const by = event.clientY - start.clientY + window.scrollY - scrolled;
      const middle = boxes[from].top + boxes[from].height / 2 + by;
      const above = boxes.filter((box, at) => at < from && box.top + box.height / 2 < middle).length;
      const below = boxes.filter((box, at) => at > from && box.top + box.height / 2 < middle).length;
      to = above < from ? above : from + below;
      for (const [at, one] of items.entries()) {
        const shift = at > from && at <= to ? -step : at < from && at >= to ? step : 0;
        one.style.transform = at === from ? `translateY(${by}px)` : shift ? `translateY(${shift}px)` : "";
      }
    };
    /** @param {number | null} place */
    const end = (place) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", cancel);
      removeEventListener("keydown", takeBack, true);
      item.classList.remove("ck-dragged");
      for (const one of items) one.style.transform = "";
      onEnd(place === from ? null : place);
    };
    const drop = () => end(to);
    const cancel = () => end(null);
    /** @param {KeyboardEvent} event */
    const takeBack = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      cancel();
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", cancel);
    addEventListener("keydown", takeBack, true);
  });
}

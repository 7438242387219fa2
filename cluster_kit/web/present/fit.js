// Fits a scene to the window: the largest type at which everything can be seen, and pages for lists that are too long.
/** @import * as T from "./types.js" */

const SMALLEST = 33; // thousandths of the window's height: 24 px at 720
const NARROW = "(max-width: 47.99rem), (max-height: 27.99rem)"; // small windows scroll instead

// Show one page of the scene in `body`. Returns the number of pages, and the one that is shown.
/**
 * @param {HTMLElement} body
 * @param {T.BuiltScene} scene
 * @param {number} page
 */
export function showPage(body, scene, page) {
  const pages = scene.pages ?? divide(body, scene);
  const at = pages.length ? ((scene.first ?? 0) + page) % pages.length : 0;
  body.replaceChildren(...pages.slice(at, at + 1));
  fit(body, scene.most);
  fitLater(body, scene.most);
  return { count: pages.length, at };
}

/** @type {ResizeObserver | undefined} */
let observer;

// Fit the page again when its text grows, such as with a reader's own spacing. A page that fits stays as it is.
/**
 * @param {HTMLElement} body
 * @param {number} most
 */
function fitLater(body, most) {
  observer?.disconnect();
  observer = new ResizeObserver(() => { if (!isInside(body)) fit(body, most); });
  for (const el of body.children) observer.observe(el);
}

// Divide a list into the fewest pages whose type is not too small.
/**
 * @param {HTMLElement} body
 * @param {T.BuiltScene} scene
 * @returns {HTMLElement[]}
 */
function divide(body, { parts = [], arrange, most }) {
  if (!arrange) return [];
  if (isSmall()) return [arrange(parts)];
  for (let count = 1; ; count += 1) {
    const length = Math.ceil(parts.length / count);
    const pages = Array.from({ length: Math.ceil(parts.length / length) }, (_, place) => parts.slice(place * length, (place + 1) * length));
    if (length <= 1 || pages.every((some) => fitsAt(body, arrange(some.map(copy)), Math.min(SMALLEST, most)))) return pages.map(arrange);
  }
}

/**
 * @param {HTMLElement} body
 * @param {HTMLElement} page
 * @param {number} size
 */
function fitsAt(body, page, size) {
  body.replaceChildren(page);
  setSize(body, size);
  return isInside(body);
}

// The largest type at which the page fits, between the smallest and `most`.
/**
 * @param {HTMLElement} body
 * @param {number} most
 */
function fit(body, most) {
  if (isSmall()) {
    body.style.removeProperty("font-size");
    return;
  }
  let [low, high] = [12, most];
  setSize(body, high);
  if (isInside(body)) return;
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    setSize(body, middle);
    if (isInside(body)) low = middle;
    else high = middle;
  }
  setSize(body, low);
}

/** @param {HTMLElement} body */
function isInside(body) {
  return body.scrollHeight <= body.clientHeight + 1 && body.scrollWidth <= body.clientWidth + 1;
}

/**
 * @param {HTMLElement} body
 * @param {number} size
 */
function setSize(body, size) {
  body.style.fontSize = `${(size * innerHeight) / 1000}px`;
}

export function isSmall() {
  return matchMedia(NARROW).matches;
}

/** @param {HTMLElement} el */
function copy(el) {
  return /** @type {HTMLElement} */ (el.cloneNode(true));
}

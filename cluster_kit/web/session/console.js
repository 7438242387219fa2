// The console page: connects to its kernel when the first panel appears, mounts panels as they arrive, and shows the
// server's status.
import { KernelConnection } from "./kernel_connection.js";
import { KernelModels } from "./kernel_models.js";
import { Reconnect } from "./reconnect.js";

const STATUS_MS = 5000;

document.documentElement.classList.add("ck-scripted");
const kernel = new KernelConnection(document.documentElement.dataset.kernel ?? "");
const panels = new KernelModels(kernel);
let isOpen = false;

function mountAll() {
  // A placeholder ends with its text: once that is present, everything before it is complete.
  /** @type {NodeListOf<HTMLElement>} */
  const placeholders = document.querySelectorAll(".ck-widget:has(> .ck-opening)");
  for (const el of placeholders) {
    panels.mount(el);
    if (!isOpen) kernel.open();
    isOpen = true;
  }
}

// The list of panels closes when one is chosen, with Escape, and when the focus or a click goes elsewhere.
function watchPanelList() {
  const list = /** @type {HTMLDetailsElement} */ (document.getElementById("ck-console-panels"));
  list.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLAnchorElement) list.open = false;
  });
  list.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !list.open) return;
    list.open = false;
    list.querySelector("summary")?.focus();
  });
  for (const event of ["focusin", "pointerdown"]) {
    document.addEventListener(event, ({ target }) => {
      if (!list.contains(/** @type {Node} */ (target))) list.open = false;
    });
  }
}

// The clock stays at the top of the window. What is scrolled to, and the panels that stay beside it, are below it.
const clockHeight = new ResizeObserver(([{ target }]) => {
  document.documentElement.style.setProperty("--ck-clock-height", `${/** @type {HTMLElement} */ (target).offsetHeight}px`);
});

// Link to each panel's heading.
function listPanels() {
  const clock = document.querySelector(".ck-console-top");
  if (clock) clockHeight.observe(clock);
  const links = /** @type {HTMLElement} */ (document.getElementById("ck-console-links"));
  const headings = [...document.querySelectorAll(".ck-panel > h2[id]")];
  if (links.childElementCount === headings.length) return;
  links.replaceChildren(...headings.map((heading) => {
    const link = document.createElement("a");
    Object.assign(link, { href: `#${heading.id}`, textContent: heading.textContent });
    const item = document.createElement("li");
    item.append(link);
    return item;
  }));
}

async function showStatus() {
  const status = /** @type {HTMLElement} */ (document.getElementById("ck-console-status"));
  const answer = await fetch("/console/status", { cache: "no-store" }).catch(() => null);
  const now = answer?.ok ? await answer.json() : null;
  const words = now ? inWords(now) : "The server does not say how it is doing";
  if (status.textContent !== words) status.textContent = words;
  setTimeout(showStatus, STATUS_MS);
}

/** @param {{pages: number, waiting: number}} arg */
function inWords({ pages, waiting }) {
  const line = waiting ? `, ${waiting} in line for a page with widgets` : "";
  return `${pages} ${pages === 1 ? "page" : "pages"} connected${line}`;
}

// The page is streamed: this script may run before most of it has arrived.
function start() {
  const main = document.querySelector("main");
  if (!main) return false;
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("ck-reconnect"));
  new Reconnect(kernel, /** @type {HTMLElement} */ (document.getElementById("ck-connection")), button);
  showStatus();
  watchPanelList();
  mountAll();
  const watch = new MutationObserver(() => {
    mountAll();
    listPanels();
  });
  watch.observe(main, { childList: true, subtree: true });
  return true;
}

if (!start()) {
  const watch = new MutationObserver(() => start() && watch.disconnect());
  watch.observe(document, { childList: true, subtree: true });
}

// The shared screen: shows the scene that the server sends, counts down, and drives it by keyboard and buttons.
import { Connection } from "../session/connection.js";
import { h, mintId } from "../shared/dom.js";
import { isSmall, showPage } from "./fit.js";
import { chooseZone, findCountdown, minutesSeconds, secondZone, timeInZones, ZONES } from "./screen_clock.js";
import { buildNothing, SCENES } from "./scenes.js";
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

const root = document.documentElement;
const { session = "", protocol, content = "" } = root.dataset;
const THEME_KEY = "cluster-kit:screen-theme";
const LETTERS_KEY = "cluster-kit:screen-letters";
const POINTING_MS = 3000;
const LOST = "Connection lost. This is the last state.";
const EXPIRED = "Signed out. Open your link again.";
const FULL = "Open in too many windows.";
const ORDER = Object.keys(SCENES);
const NAMES = { join: "How to join", agenda: "Agenda and clock", exercise: "Current exercise", groups: "Groups and rooms", message: "Message", example: "Example", results: "Results", words: "Word cloud", questions: "Questions", poll: "Poll" };
/** @type {Array<[string, string]>} */
const KEYS = [
  ["← →", "Back and forward, page by page and scene by scene"],
  ...ORDER.map((scene, place) => /** @type {[string, string]} */ ([keyOf(scene, place).toUpperCase(), NAMES[/** @type {keyof typeof NAMES} */ (scene)]])),
  ["0 or F", "Follow the run of show"],
  ["D", "Light or dark"],
  ["?", "This help"],
];

// Scenes are on the keys 1 to 9, those after them on their first letter.
/**
 * @param {string} scene
 * @param {number} place
 */
function keyOf(scene, place) {
  return place < 9 ? String(place + 1) : scene[0];
}

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const stage = byId("main");
const help = /** @type {HTMLDialogElement} */ (byId("ck-screen-help"));
/** @type {M.ScreenEvent | null} */
let view = null;
let skew = 0; // the server's clock minus this computer's, in ms
let shown = ""; // what the stage was built from
let pages = { count: 1, at: 0 };

const connection = /** @type {any} */ (new Connection({ session, protocol: Number(protocol), content, path: `/present/${session}`, forms: () => [] }));
connection.addEventListener("screen", (/** @type {CustomEvent<M.ScreenEvent>} */ { detail }) => receive(detail));
connection.addEventListener("open", () => setMark(""));
connection.addEventListener("lost", () => setMark(LOST));
connection.addEventListener("expired", () => setMark(EXPIRED));
connection.addEventListener("full", () => setMark(FULL));
connection.addEventListener("reload", () => location.reload());

/** @param {M.ScreenEvent} event */
function receive(event) {
  skew = Date.parse(event.now) - Date.now();
  view = event;
  render(event);
  tick();
}

// --- the stage ---

// The window or a choice on this computer has changed.
function renderAgain() {
  shown = "";
  if (view) render(view);
  tick();
}

// Build the stage again only if what it shows has changed.
/** @param {M.ScreenEvent} event */
function render(event) {
  const built = SCENES[event.scene]?.(event) ?? buildNothing();
  const source = JSON.stringify([event.scene, event.page, built.title, built.kicker, (built.pages ?? built.parts ?? []).map((el) => el.outerHTML)]);
  showFrame(event);
  if (source === shown) return;
  const isNew = root.dataset.scene !== event.scene;
  shown = source;
  root.dataset.scene = event.scene;
  showScene(built, event.page);
  document.title = `${built.title} · Session ${session}`;
  if (isNew) byId("ck-screen-announced").textContent = [built.title, built.announced].filter(Boolean).join(". ");
}

/**
 * @param {T.BuiltScene} built
 * @param {number} page
 */
function showScene(built, page) {
  const body = h("div", { class: "ck-screen-body" });
  const count = h("span", { class: "ck-screen-pages" });
  stage.replaceChildren(
    h("div", { class: built.isTitleHidden ? "ck-hidden" : "ck-screen-heading" }, built.kicker && h("p", { class: "ck-screen-kicker" }, built.kicker), h("h1", {}, built.title), count),
    body);
  pages = showPage(body, built, page);
  count.textContent = pages.count > 1 ? `${pages.at + 1} of ${pages.count}` : "";
  if (isSmall()) stage.scrollTop = 0;
}

/** @param {M.ScreenEvent} event */
function showFrame({ parts, scene, segment }) {
  byId("ck-screen-address").hidden = scene === "join";
  byId("ck-screen-segment").textContent = segment;
  const line = byId("ck-screen-line");
  const source = JSON.stringify(parts);
  if (line.dataset.source === source) return;
  line.dataset.source = source;
  line.replaceChildren(...parts.map(({ title, minutes, state }) => {
    const el = h("li", { class: `ck-screen-${state}`, "aria-current": state === "now" && "step" }, h("span", { class: "ck-hidden" }, title));
    el.style.flexGrow = String(minutes);
    return el;
  }));
}

function tick() {
  if (!view) return;
  const now = Date.now() + skew;
  const countdown = findCountdown(view, now);
  const speed = view.began ? view.speed : 1; // of a rehearsal's session time
  const left = countdown ? (countdown.until - now) * speed : 0;
  const isUp = countdown !== null && left <= 0;
  setText(byId("ck-screen-clock"), !countdown || isUp ? "" : minutesSeconds(left));
  setText(byId("ck-screen-clock-label"), isUp ? (view.began ? "Time is up" : "We begin soon") : countdown?.label ?? (view.ended ? "The session has ended" : ""));
  setText(byId("ck-screen-end"), countdown && view.began && !isUp ? `until ${timeInZones(countdown.until)}` : "");
  byId("ck-screen-clock").parentElement?.classList.toggle("ck-screen-before", !view.began);
  /** @type {NodeListOf<HTMLElement>} */
  const counted = stage.querySelectorAll("[data-countdown]");
  for (const el of counted) {
    const ms = (Date.parse(el.dataset.countdown ?? "") - now) * speed;
    setText(el, ms > 0 ? minutesSeconds(ms) : view.began ? "0:00" : "a moment");
  }
}

/**
 * @param {HTMLElement} el
 * @param {string} words
 */
function setText(el, words) {
  if (el.textContent !== words) el.textContent = words;
}

/** @param {string} sentence */
function setMark(sentence) {
  byId("ck-screen-lost").textContent = sentence;
}

// --- driving it ---

/**
 * @param {string} scene
 * @param {{item?: string, page?: number}} [value]
 */
function show(scene, { item = "", page = 0 } = {}) {
  connection.act(mintId(), "scene", scene, { item, page });
}

// One step: to the next page, and from the last page to the next scene that shows something.
/** @param {number} step */
function move(step) {
  if (!view) return;
  const first = view.scene === "results" ? Math.max(0, view.slides.findIndex(({ id }) => id === view?.item)) : 0;
  const at = pages.at + step;
  if (pages.count > 1 && at >= 0 && at < pages.count) {
    show(view.scene, { item: view.item, page: (at - first + pages.count) % pages.count });
    return;
  }
  const event = view;
  const ready = ORDER.filter((scene) => scene === event.scene || SCENES[scene](event));
  const place = ready.indexOf(event.scene) + step;
  if (place >= 0 && place < ready.length) show(ready[place]);
}

function changeTheme() {
  setTheme(root.dataset.screen === "dark" ? "light" : "dark");
}

/** @param {string} theme */
function setTheme(theme) {
  root.dataset.screen = theme;
  localStorage.setItem(THEME_KEY, theme);
}

function toggleHelp() {
  if (help.open) help.close();
  else help.showModal();
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  ArrowRight: () => move(1),
  ArrowDown: () => move(1),
  PageDown: () => move(1),
  ArrowLeft: () => move(-1),
  ArrowUp: () => move(-1),
  PageUp: () => move(-1),
  0: () => show("follow"),
  f: () => show("follow"),
  d: changeTheme,
  "?": toggleHelp,
  ...Object.fromEntries(ORDER.map((scene, place) => [keyOf(scene, place), () => show(scene)])),
};

const letters = /** @type {HTMLInputElement} */ (byId("ck-screen-letters"));
letters.checked = localStorage.getItem(LETTERS_KEY) !== "off";
letters.addEventListener("change", () => localStorage.setItem(LETTERS_KEY, letters.checked ? "on" : "off"));

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || (help.open && event.key !== "?")) return;
  if (isSmall() && /Arrow|Page/.test(event.key) && !/Left|Right/.test(event.key)) return; // small windows scroll
  const isCharacter = event.key.length === 1;
  if (isCharacter && !letters.checked) return; // speech input types characters (WCAG 2.1.4)
  const key = isCharacter ? event.key.toLowerCase() : event.key;
  if (!Object.hasOwn(ACTIONS, key)) return;
  event.preventDefault();
  ACTIONS[key]();
});

// --- controls: visible while the pointer moves, and with the focus in them ---

byId("ck-screen-tools").append(
  tool("Back", () => move(-1)),
  tool("Forward", () => move(1)),
  tool("Follow the run of show", () => show("follow")),
  tool("Light or dark", changeTheme),
  tool("Full screen", () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen())),
  tool("Keys and help", toggleHelp));
byId("ck-screen-keys").append(...KEYS.map(([key, words]) => h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key)), h("td", {}, words))));
byId("ck-screen-close").addEventListener("click", () => help.close());
const zone = /** @type {HTMLSelectElement} */ (byId("ck-screen-zone"));
zone.append(...ZONES.map((name) => h("option", { value: name, selected: name === secondZone() }, name.split("/")[1].replaceAll("_", " "))));
zone.addEventListener("change", () => {
  chooseZone(zone.value);
  renderAgain();
});

/**
 * @param {string} label
 * @param {() => unknown} act
 */
function tool(label, act) {
  return h("button", { type: "button", onclick: act }, label);
}

/** @type {number | undefined} */
let pointing;
addEventListener("pointermove", () => {
  root.classList.add("ck-screen-pointing");
  clearTimeout(pointing);
  pointing = setTimeout(() => root.classList.remove("ck-screen-pointing"), POINTING_MS);
});
addEventListener("resize", renderAgain);

setTheme(localStorage.getItem(THEME_KEY) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
setInterval(tick, 250);
connection.open();

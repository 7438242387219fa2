// A session's page: opens the line to its kernel when the first form appears, shows forms as they come, and says how things stand.
import { reportArrival } from "./arrival.js";
import { followBoards } from "./boards.js";
import { Floor } from "./floor.js";
import { Forms } from "./forms.js";
import { sayWhere } from "./here.js";
import { Kernel } from "./kernel.js";
import { followOutline } from "./outline.js";
import { Return } from "./return.js";
import { Room } from "./room.js";
import { showSaved } from "./saved.js";
import { Stage } from "./stage.js";

document.documentElement.classList.add("ck-scripted");
const { kernel: id, form, session, keep, where } = document.documentElement.dataset;
const kernel = new Kernel(id);
const forms = new Forms(kernel, import(form));

function mountAll() {
  // A placeholder ends with its words: once they are there, what precedes them is complete.
  for (const el of document.querySelectorAll(".ck-widget:has(> .ck-opening)")) {
    forms.mount(el);
    if (!mountAll.opened) kernel.open();
    mountAll.opened = true;
  }
}

function once(target, event) {
  return new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));
}

// The page arrives piece by piece: this script may run before most of it is there.
function whenThere(selector, then) {
  const found = document.querySelector(selector);
  if (found) return then(found);
  const watch = new MutationObserver(() => {
    const el = document.querySelector(selector);
    if (!el) return;
    watch.disconnect();
    then(el);
  });
  watch.observe(document, { childList: true, subtree: true });
}

function whenComplete(then) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", then, { once: true });
  else then();
}

// The room around the exercises: it says nothing where there is none.
const floor = new Floor(session);
sayWhere(floor);

function enterRoom() {
  const room = new Room(floor, document.getElementById("ck-room"), keep);
  new Stage(floor, document.getElementById("ck-stage"), (shown) => room.point(shown));
  const who = { name: document.querySelector(".ck-page-person").textContent, where };
  followBoards(floor, [...document.querySelectorAll(".ck-board")], { key: `cluster-kit:${keep}:boards`, who });
  floor.listen();
}

Promise.all([once(kernel, "open"), forms.first]).then(() => reportArrival(session));

whenThere("main", () => {
  followOutline(document.querySelector(".ck-outline"));
  showSaved(document.getElementById("ck-saved"));
  new Return(kernel, document.getElementById("ck-connection"), document.getElementById("ck-reconnect"));
  mountAll();
  new MutationObserver(mountAll).observe(document.querySelector("main"), { childList: true, subtree: true });
});
whenComplete(enterRoom);

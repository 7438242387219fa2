// A session's page: one connection to the server, the forms of its exercises, and the session around them.
import { reportArrival } from "./arrival.js";
import { followBoards } from "./boards.js";
import { Connection } from "./connection.js";
import { FormModels } from "./form_models.js";
import { followOutline } from "./outline.js";
import { reportPresence } from "./presence.js";
import { Reconnect } from "./reconnect.js";
import { SessionStatus } from "./session_status.js";
import { showSaveStatus } from "./save_status.js";
import { Featured } from "./featured.js";

const { documentElement: page } = document;
page.classList.add("ck-scripted");
const { session, keep, where, form, exercises, protocol, content } = page.dataset;

const forms = new FormModels([...document.querySelectorAll(".ck-widget[data-exercise]")], { form, exercises });
const connection = new Connection({ session, protocol: Number(protocol), content, forms: () => forms.list() });
forms.follow(connection);

followOutline(document.querySelector(".ck-outline"));
showSaveStatus(document.getElementById("ck-saved"));
new Reconnect(connection, document.getElementById("ck-connection"), document.getElementById("ck-reconnect"));
reportPresence(connection);

const status = new SessionStatus(connection, document.getElementById("ck-room"), keep);
new Featured(connection, document.getElementById("ck-stage"), (shown) => status.point(shown));
const who = { name: document.querySelector(".ck-page-person").textContent, where };
followBoards(connection, [...document.querySelectorAll(".ck-board")], { key: `cluster-kit:${keep}:boards`, who });

connection.open();
forms.first.then(() => reportArrival(session));

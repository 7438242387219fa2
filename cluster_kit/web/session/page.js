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
/** @import * as T from "./types.js" */

const { documentElement: page } = document;
page.classList.add("ck-scripted");
const { session = "", keep = "", where = "", form = "", exercises = "", protocol, content = "" } = page.dataset;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {NodeListOf<HTMLElement>} */
const placeholders = document.querySelectorAll(".ck-widget[data-exercise]");
const forms = new FormModels([...placeholders], { form, exercises });
/** @type {T.PageConnection & EventTarget} */
const connection = /** @type {any} */ (new Connection({ session, protocol: Number(protocol), content, forms: () => forms.list() }));
forms.follow(connection);

followOutline(/** @type {HTMLDetailsElement} */ (document.querySelector(".ck-outline")));
showSaveStatus(byId("ck-saved"));
new Reconnect(connection, byId("ck-connection"), /** @type {HTMLButtonElement} */ (byId("ck-reconnect")));
reportPresence(connection);

const status = new SessionStatus(connection, byId("ck-room"), keep);
new Featured(connection, byId("ck-stage"), (shown) => status.point(shown));
const who = { name: document.querySelector(".ck-page-person")?.textContent ?? "", where };
/** @type {NodeListOf<HTMLElement>} */
const boards = document.querySelectorAll(".ck-board");
followBoards(connection, [...boards], { key: `cluster-kit:${keep}:boards`, who });

connection.open();
forms.first.then(() => reportArrival(session));

// A session page: one connection to the server, the forms of its exercises, and the live session around them.
import { Announcer } from "../shared/announcer.js";
import { reportArrival } from "./arrival.js";
import { followBoards } from "./boards.js";
import { CheckIn } from "./check_in.js";
import { Connection } from "./connection.js";
import { FocusView } from "./focus_view.js";
import { offerEvaluation } from "./evaluation_offer.js";
import { FormModels } from "./form_models.js";
import { JoinRequests } from "./join_requests.js";
import { followOutline } from "./outline.js";
import { reportPresence } from "./presence.js";
import { RoomPoll } from "./room_poll.js";
import { printRecord } from "./print_record.js";
import { showTeammates } from "./teammates.js";
import { showWriting } from "./writing_here.js";
import { Reconnect } from "./reconnect.js";
import { offerCopy } from "./replaced.js";
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
printRecord();
offerCopy();
showTeammates(connection, byId("ck-live"));
showWriting(connection, byId("main"));
const joinRequests = new JoinRequests();
connection.addEventListener("requests", (event) => joinRequests.show(/** @type {CustomEvent} */ (event).detail.items));
const view = new FocusView(connection, byId("main"), keep);
new CheckIn(connection, view.steps, where);
let hasBegun = false;
connection.addEventListener("session_status", ({ detail }) => {
  hasBegun = Boolean(detail.began);
  followBegun();
});
addEventListener("hashchange", followBegun);

const announcer = new Announcer("cluster-kit:announcements");
announcer.takeFromForms();
const status = new SessionStatus(connection, byId("ck-live"), keep, announcer);
if (document.getElementById("ck-evaluation")) offerEvaluation(connection, byId("ck-live"), { keep, session }, announcer);
new RoomPoll(connection, byId("ck-live"), announcer);
new Featured(connection, byId("ck-featured"), announcer, (shown) => status.point(shown));
const who = { name: document.querySelector(".ck-page-person")?.textContent ?? "", where };
/** @type {NodeListOf<HTMLElement>} */
const boards = document.querySelectorAll(".ck-board");
followBoards(connection, [...boards], { key: `cluster-kit:${keep}:boards`, who, announcer });

connection.open();
forms.first.then(() => reportArrival(session));

// The forms show the task of the room once the session has begun: not while a person is in a question, which would move,
// but with the facilitator's next action, or in the next step.
function followBegun() {
  const isAnswering = Boolean(document.activeElement?.closest(".ck-form"));
  if (isAnswering || page.classList.contains("ck-begun") === hasBegun) return;
  page.classList.toggle("ck-begun", hasBegun);
  dispatchEvent(new Event("ck:begun"));
}

// Save, and decide what a save asks for: newer changes of someone else, answers, or a session that has begun.
import { h, joinWords } from "../shared/dom.js";
import { ask } from "./dialogs.js";
import { request } from "./service.js";
/** @import * as E from "./types.js" */
/** @import * as S from "../shared/types.js" */

// Send a save (or "restore") until it is done or given up. Returns what was saved, the problems that prevent it, or null.
/**
 * @param {string} action
 * @param {Record<string, any>} body
 * @param {Set<string>} confirmed
 * @returns {Promise<{saved: E.Saved} | {problems: E.Problem[]} | null>}
 */
export async function save(action, body, confirmed) {
  const given = { ...body };
  for (;;) {
    const { status, found } = await request(action, { ...given, confirmed: [...confirmed] });
    if (status === 200) return { saved: found };
    const refused = /** @type {E.Refused} */ (found);
    if (refused.reason === "problems") return { problems: refused.problems ?? [] };
    if (refused.reason === "newer") {
      await ask("This file has changed", [h("p", {}, "Someone else has saved it meanwhile. Reload the page, and try again.")], [{ value: "", label: "Close", primary: true }]);
      return null;
    }
    const decided = await decide(refused, confirmed);
    if (!decided) return null;
    Object.assign(given, decided);
  }
}

/**
 * @param {E.Refused} refused
 * @param {Set<string>} confirmed
 */
async function decide(refused, confirmed) {
  if (refused.reason === "begun") return (await askBegun(refused.sessions ?? [])) ? { unlocked: true } : null;
  if (refused.reason === "answers") {
    const risks = refused.risks ?? [];
    const body = h("ul", {}, risks.map((risk) => h("li", {}, risk.sentence)));
    const chosen = await ask("These changes concern answers", [body], [{ value: "", label: "Go back", primary: true }, { value: "go", label: "Save anyway" }]);
    if (chosen !== "go") return null;
    for (const risk of risks) confirmed.add(risk.key);
    return {};
  }
  return askAboutChanges(refused);
}

/** @param {number[]} sessions */
export async function askBegun(sessions) {
  const many = sessions.length > 1;
  const body = [h("p", {}, `${many ? "Sessions" : "Session"} ${joinWords(sessions.map(String))} ${many ? "have" : "has"} begun. People may have its pages open, and its answers belong to the questions as they were.`),
    h("p", {}, "A running server keeps the content with which it started. After its restart, open pages reload by themselves when no one is typing.")];
  return (await ask("This session has begun", body, [{ value: "", label: "Leave it locked", primary: true }, { value: "go", label: "Change it anyway" }])) === "go";
}

// Both sides' changes, and a choice for each value that both changed.
/** @param {E.Refused} refused */
async function askAboutChanges({ newer = "", mine = [], theirs = [], collisions = [] }) {
  const choices = collisions.map((collision, index) => {
    const name = `ck-edit-collision-${index}`;
    const option = (/** @type {string} */ value, /** @type {string} */ label, /** @type {string | null} */ text) => h("label", { class: "ck-edit-side" },
      h("input", { type: "radio", name, value, checked: value === "theirs" }), h("b", {}, label), h("span", {}, text ?? "(removed)"));
    return h("fieldset", { class: "ck-edit-group" }, h("legend", {}, collision.where),
      option("theirs", "Saved by someone else: ", collision.theirs), option("mine", "Yours: ", collision.mine));
  });
  const body = h("div", {},
    h("p", {}, "Someone else saved this file while you were editing it. Nothing is lost: both changes are kept together", collisions.length > 0 && ", except where both of you changed the same text", "."),
    collisions.length > 0 && [h("h3", {}, "Choose for each"), choices],
    h("details", { class: "ck-edit-more", open: collisions.length === 0 }, h("summary", {}, `Their changes (${theirs.length})`), changesList(theirs)),
    h("details", { class: "ck-edit-more", open: collisions.length === 0 }, h("summary", {}, `Your changes (${mine.length})`), changesList(mine)));
  const chosen = await ask("Someone else saved this, too", [body], [{ value: "go", label: "Save both together", primary: true }, { value: "", label: "Go back" }]);
  if (chosen !== "go") return null;
  const picked = collisions.map((collision, index) => {
    const radios = /** @type {HTMLInputElement[]} */ ([...choices[index].querySelectorAll("input")]);
    return [collision.key, radios.find((radio) => radio.checked)?.value ?? "theirs"];
  });
  return { merge: newer, choices: Object.fromEntries(picked) };
}

/** @param {E.Change[]} changes */
export function changesList(changes) {
  return h("ul", { class: "ck-edit-changes" }, changes.map(({ where, before, after }) => h("li", {}, h("b", {}, where), ": ", inWords(before, after))));
}

/**
 * @param {string | null} before
 * @param {string | null} after
 * @returns {S.Child[]}
 */
function inWords(before, after) {
  if (before === null) return ["added ", h("ins", {}, after)];
  if (after === null) return ["removed ", h("del", {}, before)];
  return [h("del", {}, before || "(empty)"), " → ", h("ins", {}, after || "(empty)")];
}

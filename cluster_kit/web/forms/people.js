// Names to suggest where a form asks for a person: those that the server sent, and those typed on this page. They are
// shared by the forms of a page, which are all of one state.
import { elementId, h } from "../shared/dom.js";
/** @typedef {{name: string, role: string}} Known */

/** @type {Map<string, Known>} */
const KNOWN = new Map();
/** @type {Set<HTMLDataListElement>} */
const LISTS = new Set();

/** @param {string} name */
const nameKey = (name) => name.trim().replace(/\s+/gu, " ").toLocaleLowerCase();

/** @param {Known[]} people */
export function learnPeople(people) {
  let isNew = false;
  for (const { name, role } of people) {
    const key = nameKey(name ?? "");
    const known = KNOWN.get(key);
    if (!key || known?.role || (known && !role)) continue;
    KNOWN.set(key, { name: known?.name ?? name.trim(), role: (role ?? "").trim() });
    isNew = isNew || !known;
  }
  if (isNew) for (const list of LISTS) fill(list);
}

// A list of the known names, which grows as names become known.
export function buildPeopleList() {
  const list = h("datalist", { id: elementId("people") });
  LISTS.add(list);
  fill(list);
  return list;
}

// The role of a person who is known by this name, or "".
/** @param {string} name */
export function findRole(name) {
  return KNOWN.get(nameKey(name))?.role ?? "";
}

/** @param {HTMLDataListElement} list */
function fill(list) {
  list.replaceChildren(...[...KNOWN.values()].map(({ name }) => h("option", { value: name })));
}

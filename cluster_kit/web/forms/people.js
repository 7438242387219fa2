// Names to suggest where a form asks for a person: those that the server sent, and those typed on this page. They are
// shared by the forms of a page, which are all of one state.
/** @typedef {{name: string, role: string}} Known */

/** @type {Map<string, Known>} */
const KNOWN = new Map();

/** @param {string} name */
const nameKey = (name) => name.trim().replace(/\s+/gu, " ").toLocaleLowerCase();

/** @param {Known[]} people */
export function learnPeople(people) {
  for (const { name, role } of people) {
    const key = nameKey(name ?? "");
    const known = KNOWN.get(key);
    if (!key || known?.role || (known && !role)) continue;
    KNOWN.set(key, { name: known?.name ?? name.trim(), role: (role ?? "").trim() });
  }
}

export function knownNames() {
  return [...KNOWN.values()].map(({ name }) => name);
}

// The role of a person who is known by this name, or "".
/** @param {string} name */
export function findRole(name) {
  return KNOWN.get(nameKey(name))?.role ?? "";
}

// The texts of the join pages in the language of the page, by their English text.

/** @type {Record<string, string>} */
const texts = JSON.parse(document.getElementById("ck-texts")?.textContent ?? "{}");

// A text with its values, which are `{name}` in it.
/**
 * @param {string} english
 * @param {Record<string, string>} [values]
 */
export function translate(english, values = {}) {
  return (texts[english] ?? english).replace(/\{(\w+)\}/g, (found, name) => values[name] ?? found);
}

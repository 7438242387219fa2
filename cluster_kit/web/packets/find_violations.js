// Runs axe-core's rules over the loaded page: (rules) => violations. Contrast is axe-core's slowest rule by far, and a
// long document repeats a few styles thousands of times. It is therefore checked for the first text in each style,
// where a style is the computed painting properties from the element up to the root. Positioned elements may cover
// others and are always checked.
async (/** @type {string[]} */ rules) => {
  const { axe } = /** @type {any} */ (globalThis);
  const FIRST = "data-first-of-style";
  const known = new Map();
  const painted = new Map();
  /** @type {(el: Element | null) => string} */
  const paint = (el) => {
    if (!el) return "";
    if (!painted.has(el)) {
      const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, position } = getComputedStyle(el);
      const own = [color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight].join();
      const alone = position === "absolute" || position === "fixed" ? ` ${painted.size}` : "";
      painted.set(el, `${paint(el.parentElement)}/${own}${alone}`);
    }
    return painted.get(el);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (walker.currentNode.nodeValue?.trim() && !known.has(paint(el))) known.set(paint(el), el);
  }
  for (const el of known.values()) el.setAttribute(FIRST, "");
  axe.configure({ rules: [{ id: "color-contrast", selector: `[${FIRST}]` }] });
  const wanted = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"], selectors: false };
  /** @type {{violations: Array<{nodes: Array<{html: string}>}>}} */
  const found = await axe.run(document, wanted);
  for (const node of found.violations.flatMap((rule) => rule.nodes)) node.html = node.html.replace(` ${FIRST}=""`, "");
  return found.violations;
}

// Runs axe-core's rules over the page that stands in the browser: (rules) => violations.
//
// Contrast is axe-core's costliest rule by far, and a long document repeats a few styles thousands of times: it is asked
// about the first text in each style. A style is what text is painted with, from its own element up to the root. What is
// placed out of the flow may cover something else, and is always asked about.
async (rules) => {
  const FIRST = "data-first-of-style";
  const known = new Map();
  const painted = new Map();
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
    if (walker.currentNode.data.trim() && !known.has(paint(el))) known.set(paint(el), el);
  }
  for (const el of known.values()) el.setAttribute(FIRST, "");
  axe.configure({ rules: [{ id: "color-contrast", selector: `[${FIRST}]` }] });
  const wanted = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"], selectors: false };
  const found = await axe.run(document, wanted);
  for (const node of found.violations.flatMap((rule) => rule.nodes)) node.html = node.html.replace(` ${FIRST}=""`, "");
  return found.violations;
}

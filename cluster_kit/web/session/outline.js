// The outline: which segment is in view, and how much of each is answered.

const WIDE = matchMedia("(min-width: 64rem)");

export function followOutline(outline) {
  const fit = () => (outline.open = WIDE.matches);
  WIDE.addEventListener("change", fit);
  fit();
  markSegmentInView(outline);
  countAnswers(outline);
}

function markSegmentInView(outline) {
  const links = [...outline.querySelectorAll("a[href^='#']")];
  const mark = () => {
    const line = innerHeight / 3;
    const above = (link) => document.getElementById(link.hash.slice(1))?.getBoundingClientRect().top <= line;
    const current = links.findLast(above);
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  mark();
}

function countAnswers(outline) {
  const counts = new Map();
  const segments = [...outline.querySelectorAll("[data-exercises]")];
  addEventListener("ck:progress", ({ detail }) => {
    counts.set(detail.exercise, detail);
    for (const segment of segments) {
      const own = segment.dataset.exercises.split(" ").filter((id) => counts.has(id)).map((id) => counts.get(id));
      const [answered, asked] = ["answered", "asked"].map((what) => own.reduce((sum, one) => sum + one[what], 0));
      segment.querySelector(".ck-progress").textContent = asked ? `${answered} of ${asked} answered` : "";
      segment.classList.toggle("ck-complete", asked > 0 && answered === asked);
    }
  });
}

// A person's own settings of the pages, kept in this browser: colors, text size, motion, and what is announced. Loaded
// before the page is painted, as a classic script.
(() => {
  const root = document.documentElement;
  // By the name of the inputs: where the choice is kept, the attribute of the root that style sheets read, and its values.
  /** @type {Record<string, {key: string, attribute: string, values: string[]}>} */
  const CHOICES = {
    "ck-theme": { key: "cluster-kit:theme", attribute: "theme", values: ["light", "dark"] },
    "ck-text": { key: "cluster-kit:text", attribute: "text", values: ["large", "larger"] },
    "ck-motion": { key: "cluster-kit:motion", attribute: "motion", values: ["none"] },
    "ck-console-announcements": { key: "cluster-kit:console-announcements", attribute: "consoleAnnouncements", values: ["essentials", "none"] },
    "ck-announcements": { key: "cluster-kit:announcements", attribute: "announcements", values: ["essentials", "none"] },
  };
  const all = Object.values(CHOICES);

  /** @param {{key: string, attribute: string}} choice */
  const read = ({ key, attribute }) => {
    try {
      return localStorage.getItem(key) ?? "";
    } catch {
      return root.dataset[attribute] ?? "";
    }
  };

  /**
   * @param {{attribute: string, values: string[]}} choice
   * @param {string} value
   */
  const show = ({ attribute, values }, value) => {
    if (values.includes(value)) root.dataset[attribute] = value;
    else delete root.dataset[attribute];
  };

  const offer = () => {
    const place = document.getElementById("ck-preferences");
    if (!place) return;
    /** @type {NodeListOf<HTMLInputElement>} */
    const inputs = place.querySelectorAll("input");
    const mark = () => {
      for (const input of inputs) input.checked = input.value === (root.dataset[CHOICES[input.name].attribute] ?? "");
    };
    mark();
    place.hidden = false;
    place.addEventListener("change", ({ target }) => {
      const { name, value } = /** @type {HTMLInputElement} */ (target);
      show(CHOICES[name], value);
      try {
        localStorage.setItem(CHOICES[name].key, value);
      } catch {
        // Without storage, the choice holds for this page.
      }
    });
    // Another page of this browser has chosen.
    addEventListener("storage", ({ key }) => {
      for (const choice of all) if (choice.key === key) show(choice, read(choice));
      mark();
    });
  };

  for (const choice of all) show(choice, read(choice));
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", offer);
  else offer();
})();

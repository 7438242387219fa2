// Light, dark, or as the system: the choice of this browser. Loaded before the page is painted, as a classic script.
(() => {
  const KEY = "cluster-kit:theme";
  const root = document.documentElement;

  const read = () => {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return root.dataset.theme ?? "";
    }
  };

  /** @param {string} theme */
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  /** @param {string} theme */
  const keep = (theme) => {
    show(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Without storage, the choice holds for this page.
    }
  };

  const offer = () => {
    const choice = document.getElementById("ck-theme");
    if (!choice) return;
    /** @type {NodeListOf<HTMLInputElement>} */
    const inputs = choice.querySelectorAll("input");
    const mark = () => {
      for (const input of inputs) input.checked = input.value === (root.dataset.theme ?? "");
    };
    mark();
    choice.hidden = false;
    choice.addEventListener("change", ({ target }) => keep(/** @type {HTMLInputElement} */ (target).value));
    // Another page of this browser has chosen.
    addEventListener("storage", ({ key }) => {
      if (key !== KEY) return;
      show(read());
      mark();
    });
  };

  show(read());
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", offer);
  else offer();
})();

// Renders the standard Jupyter widgets of a page: ipywidgets, ipympl, anywidgets. Voilà's front end loads this file
// like any lab extension, and provides the modules that extensions share (JupyterLab's services, Lumino, the widget
// manager). Only the plugin registry of Voilà's application is used; its shell and its document-wide listeners are not.
(() => {
  const NAME = "cluster-kit";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const PROBE_TIMEOUT_MS = 8000;
  const RESTORE_MS = 60000;
  /** @type {Record<string, string>} */
  const WORDS = {
    trying: "The connection of this part was lost. Trying to connect again…",
    gone: "This part was closed. Reload the page to use it; your answers are saved.",
    out: "You can no longer use this part. Open your link again.",
    failed: "This cell shows an interactive part that this page cannot run. Ask your facilitator, or open the notebook in JupyterLab.",
    late: "This part could not be opened. Reload the page; your answers are safe.",
  };

  /** @type {Record<string, Record<string, any>>} */
  let scope = {};

  // A module that extensions share: the loaded version, or the newest.
  /**
   * @param {string} name
   * @returns {Promise<any>}
   */
  async function load(name) {
    const versions = Object.keys(scope[name] ?? {});
    if (!versions.length) throw new Error(`${name} is not shared`);
    /** @param {string} version */
    const number = (version) => version.split(/[.-]/).map((part) => (/^\d+$/.test(part) ? part.padStart(6, "0") : part)).join(".");
    versions.sort((a, b) => (number(a) < number(b) ? 1 : -1));
    const entry = scope[name][versions.find((version) => scope[name][version].loaded) ?? versions[0]];
    entry.loaded = 1;
    return (await entry.get())();
  }

  // A widget's element, from the script with its model's id.
  /** @param {HTMLElement} script */
  const hostOf = (script) => /** @type {HTMLElement} */ (script.parentElement);

  /** @type {() => HTMLElement[]} */
  const placeholders = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`.ck-standard script[type="${VIEW}"]`))];

  /**
   * @param {Element} host
   * @param {string} words
   */
  function say(host, words) {
    let note = host.querySelector(":scope > .ck-standard-note");
    if (!words) return void note?.remove();
    if (!note) {
      note = document.createElement("p");
      note.className = "ck-standard-note";
      host.prepend(note);
    }
    if (note.textContent !== words) note.textContent = words;
  }

  // Connection status: announced once, and shown beside each widget.
  class Status {
    #hosts;
    #live = document.createElement("p");

    /** @param {HTMLElement[]} hosts */
    constructor(hosts) {
      this.#hosts = hosts;
      this.#live.className = "ck-standard-status ck-hidden";
      this.#live.setAttribute("role", "status");
      hosts[0]?.before(this.#live);
    }

    /** @param {string} connection */
    show(connection) {
      const words = WORDS[connection] ?? "";
      if (this.#live.textContent !== words) this.#live.textContent = words;
      for (const host of this.#hosts) {
        if (host.dataset.state === "failed") continue;
        host.dataset.connection = connection;
        say(host, words);
      }
    }
  }

  // The page's kernel connection. JupyterLab's client stops reconnecting after a while: this one finds out why, and
  // continues.
  class Line {
    #ended = false;

    /**
     * @param {any} kernel
     * @param {string} address
     * @param {Status} status
     */
    constructor(kernel, address, status) {
      this.kernel = kernel;
      this.address = address;
      this.status = status;
      kernel.connectionStatusChanged.connect((/** @type {any} */ _, /** @type {string} */ state) => this.#changed(state));
      kernel.statusChanged.connect((/** @type {any} */ _, /** @type {string} */ state) => state === "dead" && this.#end("gone"));
      addEventListener("online", () => this.#again());
      addEventListener("pageshow", (event) => event.persisted && this.#again());
    }

    /** @param {string} state */
    #changed(state) {
      if (this.#ended) return;
      if (state === "connected") this.status.show("open");
      else this.#probe();
    }

    async #probe() {
      const answer = await fetch(this.address, { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }).catch(() => null);
      if (this.#ended || this.kernel.connectionStatus === "connected") return;
      if (answer?.status === 404) this.#end("gone");
      else if (answer?.status === 403) this.#end("out");
      else {
        this.status.show("trying");
        if (this.kernel.connectionStatus === "disconnected") setTimeout(() => this.#again(), 5000 * (1 + Math.random()));
      }
    }

    #again() {
      if (!this.#ended && this.kernel.connectionStatus !== "connected") this.kernel.reconnect().catch(() => this.#probe());
    }

    /** @param {string} state */
    #end(state) {
      if (this.#ended) return;
      this.#ended = true;
      this.status.show(state);
      this.kernel.dispose();
    }
  }

  // Names for screen readers where widgets have none: slider handles, images drawn by a kernel. An icon is not a name.
  /** @param {HTMLElement} host */
  function name(host) {
    for (const icon of host.querySelectorAll("i.fa:not([aria-hidden])")) icon.setAttribute("aria-hidden", "true");
    for (const image of host.querySelectorAll("img:not([alt])")) image.setAttribute("alt", "Figure");
    for (const handle of host.querySelectorAll("[role=slider]:not([aria-label])")) {
      const widget = handle.closest(".jupyter-widgets");
      const label = widget?.querySelector(".widget-label")?.textContent?.trim() || "Slider";
      const range = (widget?.querySelectorAll("[role=slider]").length ?? 0) > 1;
      const end = handle.classList.contains("noUi-handle-upper") ? "to" : "from";
      handle.setAttribute("aria-label", range ? `${label}, ${end}` : label);
    }
  }

  // Keep the Tab key working. (ipympl figures capture every key, which would trap keyboard users.)
  /** @param {KeyboardEvent} event */
  function letTabPass(event) {
    if (event.key === "Tab") event.stopPropagation();
  }

  // Load MathJax with the first formula, not with the first label.
  /** @param {any} typesetter */
  function typesetFormulasOnly(typesetter) {
    if (!typesetter) return;
    const typeset = typesetter.typeset.bind(typesetter);
    typesetter.typeset = (/** @type {Node & {textContent: string}} */ node) => (/\$|\\[([]|\\begin/.test(node.textContent) ? typeset(node) : undefined);
  }

  /**
   * @param {HTMLElement} host
   * @param {unknown} error
   * @param {string} [words]
   */
  function fail(host, error, words = WORDS.failed) {
    console.error(error);
    host.querySelector(":scope > .ck-opening")?.remove();
    host.dataset.state = "failed";
    say(host, words);
  }

  /**
   * @param {any} manager
   * @param {HTMLElement} script
   * @param {any} lumino
   */
  async function render(manager, script, { Widget, MessageLoop }) {
    const host = hostOf(script);
    const { model_id: id } = JSON.parse(script.textContent);
    try {
      const view = await manager.create_view(await manager.get_model(id));
      const { luminoWidget } = view;
      host.querySelector(":scope > .ck-opening")?.remove();
      Widget.attach(luminoWidget, host);
      addEventListener("resize", () => MessageLoop.postMessage(luminoWidget, Widget.ResizeMessage.UnknownSize));
      host.addEventListener("keydown", letTabPass, { capture: true });
      name(host);
      new MutationObserver(() => name(host)).observe(host, { childList: true, subtree: true });
      host.dataset.state = "ready";
    } catch (error) {
      fail(host, error);
    }
  }

  /** @param {any} manager */
  async function restored(manager) {
    if (manager.restoredStatus) return;
    await new Promise((resolve, reject) => {
      manager.restored.connect(resolve);
      setTimeout(() => reject(new Error("The kernel did not say what its widgets are")), RESTORE_MS);
    });
  }

  /**
   * @param {any} app
   * @param {any} rendermime
   * @param {any} modules
   */
  async function start(app, rendermime, modules) {
    const { coreutils, services, managers, widgets, messaging } = modules;
    app.attachShell = () => {};
    app.addEventListeners = () => {};
    typesetFormulasOnly(rendermime.latexTypesetter);
    const baseUrl = coreutils.PageConfig.getBaseUrl();
    const id = coreutils.PageConfig.getOption("kernelId");
    const serverSettings = services.ServerConnection.makeSettings({ baseUrl, appendToken: false });
    const kernel = new services.KernelConnection({ model: { id, name: "python3" }, serverSettings });
    const manager = new managers.KernelWidgetManager(kernel, rendermime);
    rendermime.removeMimeType(VIEW);
    const createRenderer = (/** @type {any} */ options) => new managers.WidgetRenderer(options, manager);
    rendermime.addFactory({ safe: false, mimeTypes: [VIEW], createRenderer }, -10);
    const scripts = placeholders();
    const status = new Status(scripts.map(hostOf));
    new Line(kernel, `${baseUrl}api/kernels/${id}`, status);
    app.started
      .then(() => restored(manager))
      .then(() => Promise.all(scripts.map((script) => render(manager, script, { ...widgets, ...messaging }))))
      .catch((/** @type {unknown} */ error) => {
        for (const script of scripts) fail(hostOf(script), error, WORDS.late);
      });
    return { registerWidget: (/** @type {any} */ data) => manager.register(data) };
  }

  async function plugin() {
    const names = ["@jupyterlab/coreutils", "@jupyterlab/services", "@jupyterlab/rendermime", "@jupyter-widgets/base"];
    const [coreutils, services, rendermime, base] = await Promise.all(names.map(load));
    const more = ["@jupyter-widgets/jupyterlab-manager", "@lumino/widgets", "@lumino/messaging"];
    const [managers, widgets, messaging] = await Promise.all(more.map(load));
    return {
      id: `${NAME}:widgets`,
      autoStart: true,
      requires: [rendermime.IRenderMimeRegistry],
      provides: base.IJupyterWidgetRegistry,
      activate: (/** @type {any} */ app, /** @type {any} */ registry) => start(app, registry, { coreutils, services, managers, widgets, messaging }),
    };
  }

  /** @type {any} */
  const shell = window;
  shell._JUPYTERLAB ??= {};
  shell._JUPYTERLAB[NAME] = {
    init: (/** @type {typeof scope} */ shared) => {
      scope = shared;
    },
    get: async () => {
      const one = await plugin();
      return () => ({ __esModule: true, default: one });
    },
  };
})();

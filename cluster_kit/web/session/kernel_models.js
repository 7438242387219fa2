// The console's panels: a model for each, connected to its counterpart in the kernel, and its element.
/** @import * as S from "../shared/types.js" */
/** @import {KernelConnection} from "./kernel_connection.js" */

// A model names one of our modules. Names are not addresses, so no foreign code is ever loaded.
const STATIC = new URL("../", import.meta.url);
const MODULE = /^console\/[a-z_]+\.js$/;

/**
 * @param {string} module
 * @returns {Promise<S.Widget>}
 */
async function load(module) {
  if (!MODULE.test(module)) throw new Error(`There is no module ${module}.`);
  const { default: widget } = await import(new URL(module, STATIC).href);
  return widget;
}

export class KernelModels {
  /** @type {Map<string, KernelModel>} */
  #models = new Map();

  /** @param {KernelConnection} kernel */
  constructor(kernel) {
    this.kernel = kernel;
    kernel.addEventListener("message", (event) => this.#receive(/** @type {CustomEvent} */ (event).detail));
    kernel.addEventListener("open", () => {
      for (const model of this.#models.values()) model.fire("ck:connected");
    });
  }

  // Show a panel in its placeholder, which contains the panel's state. Later changes arrive with the connection.
  /** @param {HTMLElement} el */
  mount(el) {
    const id = el.dataset.modelId ?? "";
    if (this.#models.has(id)) return;
    const model = new KernelModel(this.kernel, id, JSON.parse(el.querySelector("script")?.textContent ?? "{}"));
    this.#models.set(id, model);
    this.#show(model, el);
  }

  /**
   * @param {KernelModel} model
   * @param {HTMLElement} el
   */
  async #show(model, el) {
    try {
      const widget = await load(model.get("module"));
      el.replaceChildren();
      await widget.render({ model, el });
    } catch (error) {
      console.error(error);
      const message = document.createElement("p");
      message.className = "ck-trouble";
      message.textContent = "This part could not be opened. Reload the page; your answers are safe.";
      el.replaceChildren(message);
    }
  }

  /** @param {any} arg */
  #receive({ header, content, buffers }) {
    if (header.msg_type === "comm_msg") this.#models.get(content.comm_id)?.receive(content.data, buffers);
  }
}

// A widget's model, with the interface of anywidget's models.
class KernelModel {
  /** @type {Map<string, Array<(...details: any[]) => void>>} */
  #listeners = new Map();

  /**
   * @param {KernelConnection} kernel
   * @param {string} id
   * @param {Record<string, any>} state
   */
  constructor(kernel, id, state) {
    this.kernel = kernel;
    this.id = id;
    this.state = state;
  }

  /** @param {string} key */
  get(key) {
    return this.state[key];
  }

  /**
   * @param {string} event
   * @param {(...details: any[]) => void} callback
   */
  on(event, callback) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
  }

  /**
   * @param {string} event
   * @param {(...details: any[]) => void} callback
   */
  off(event, callback) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((one) => one !== callback));
  }

  /** @param {object} content */
  send(content) {
    this.kernel.send("shell", "comm_msg", { comm_id: this.id, data: { method: "custom", content } });
  }

  /**
   * @param {any} data
   * @param {any[]} buffers
   */
  receive(data, buffers) {
    if (data.method === "custom") this.fire("msg:custom", data.content, buffers ?? []);
    else if (data.method === "update") {
      Object.assign(this.state, data.state);
      for (const key of Object.keys(data.state)) this.fire(`change:${key}`);
    }
  }

  /**
   * @param {string} event
   * @param {...any} details
   */
  fire(event, ...details) {
    for (const callback of this.#listeners.get(event) ?? []) callback(...details);
  }
}

// Every form on the page: a model that speaks to its twin in the kernel, and the element that it is shown in.

export class Forms {
  #models = new Map();

  // `form` is the forms' own module: {render({model, el})}.
  constructor(kernel, form) {
    Object.assign(this, { kernel, form });
    kernel.addEventListener("message", ({ detail }) => this.#receive(detail));
    kernel.addEventListener("open", () => {
      for (const model of this.#models.values()) model.connected();
    });
  }

  // Show a form in its placeholder as soon as its state is known.
  mount(el) {
    const id = el.dataset.modelId;
    if (this.#models.has(id)) return;
    const model = new Model(this.kernel, id, () => this.#show(model, el));
    this.#models.set(id, model);
    model.connected();
  }

  async #show(model, el) {
    try {
      el.replaceChildren();
      await (await this.form).default.render({ model, el });
    } catch (error) {
      console.error(error);
      const sorry = document.createElement("p");
      sorry.className = "ck-trouble";
      sorry.textContent = "This exercise could not be opened. Load the page again; your answers are safe.";
      el.replaceChildren(sorry);
    }
  }

  #receive({ header, content, buffers }) {
    if (header.msg_type === "comm_msg") this.#models.get(content.comm_id)?.receive(content.data, buffers);
  }
}

// What a widget's code expects of a model, as anywidget has it.
class Model {
  #state = null;
  #listeners = new Map();

  constructor(kernel, id, onReady) {
    Object.assign(this, { kernel, id, onReady });
  }

  get(key) {
    return this.#state[key];
  }

  on(event, callback) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), callback]);
  }

  off(event, callback) {
    this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter((one) => one !== callback));
  }

  send(content) {
    this.#tell({ method: "custom", content });
  }

  // The line is open, for the first time or again.
  connected() {
    if (this.#state) this.#fire("ck:connected");
    else this.#tell({ method: "request_state" });
  }

  receive(data, buffers) {
    if (data.method === "custom") this.#fire("msg:custom", data.content, buffers ?? []);
    else if (data.method === "update") this.#update(data.state);
  }

  #update(state) {
    const isFirst = this.#state === null;
    this.#state = { ...this.#state, ...state };
    if (isFirst) this.onReady();
    else for (const key of Object.keys(state)) this.#fire(`change:${key}`);
  }

  #tell(data) {
    this.kernel.send("shell", "comm_msg", { comm_id: this.id, data });
  }

  #fire(event, ...words) {
    for (const callback of this.#listeners.get(event) ?? []) callback(...words);
  }
}

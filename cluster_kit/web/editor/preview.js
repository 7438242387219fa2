// The participant's form of the selected exercise: the real form, connected to the editor's server. It is drawn again
// when its definition changes.
import form from "../forms/form.js";
import { h } from "../shared/dom.js";
import { request } from "./service.js";
/** @import * as E from "./types.js" */

export class Preview {
  /** @param {string} draft */
  constructor(draft) {
    this.draft = draft;
    this.place = h("div", { class: "ck-edit-form" });
    this.note = h("p", { class: "ck-edit-hint" });
    this.shown = "";
    this.stop = () => {};
  }

  /** @param {{schema: any, opening: any} | null} found */
  show(found) {
    this.note.textContent = found
      ? "This is the real form. What you type here is kept nowhere."
      : "The form cannot be shown until the problems of this exercise are solved.";
    if (!found) return;
    const drawn = JSON.stringify(found.schema);
    if (drawn === this.shown) return;
    this.shown = drawn;
    this.stop();
    const place = h("div");
    this.place.replaceChildren(place);
    this.stop = /** @type {() => void} */ (form.render({ model: this.#model(found), el: place }));
    for (const fold of place.querySelectorAll("details.ck-fold")) fold.setAttribute("open", "");
  }

  clear() {
    this.stop();
    this.stop = () => {};
    this.shown = "";
    this.place.replaceChildren();
    this.note.textContent = "Select an exercise to see its form.";
  }

  // A model as anywidget's, whose messages go to the editor's server.
  /** @param {{schema: any, opening: any}} found */
  #model({ schema, opening }) {
    /** @type {Array<(reply: any) => void>} */
    const listeners = [];
    /** @type {Record<string, any>} */
    const values = { schema, opening };
    return {
      get: (/** @type {string} */ name) => values[name],
      on: (/** @type {string} */ event, /** @type {(reply: any) => void} */ callback) => {
        if (event === "msg:custom") listeners.push(callback);
      },
      off: (/** @type {string} */ _event, /** @type {(reply: any) => void} */ callback) => {
        if (listeners.includes(callback)) listeners.splice(listeners.indexOf(callback), 1);
      },
      send: async (/** @type {object} */ message) => {
        try {
          const { found } = await request("preview", { draft: this.draft, exercise: schema.exercise, message });
          for (const reply of found.replies) for (const listener of [...listeners]) listener(reply);
        } catch (error) {
          console.warn("The preview is not connected.", error);
        }
      },
    };
  }
}

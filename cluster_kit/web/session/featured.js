// What facilitators show to all participants: states' examples and national charts. It follows the last segment, where
// it moves nothing that is being read or typed.
import { h, updateChildren } from "../shared/dom.js";
import { buildChart } from "./chart.js";
import { linkify } from "./linkify.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as M from "../shared/messages.js" */
/** @import * as T from "./types.js" */

export class Featured {
  /** @type {M.ExampleView[]} */
  #examples = [];
  /** @type {M.ShownPicture[]} */
  #pictures = [];

  /** @type {Record<string, Set<string> | undefined>} */
  #known = {}; // titles by kind, after the first event of that kind

  // `onChange` is called with the items shown: [{title, href}].
  /**
   * @param {T.PageConnection} connection
   * @param {HTMLElement} el
   * @param {Announcer} announcer
   * @param {(shown: T.ShownItem[]) => void} onChange
   */
  constructor(connection, el, announcer, onChange) {
    this.el = el;
    this.announcer = announcer;
    this.onChange = onChange;
    connection.addEventListener("examples", ({ detail }) => {
      this.#examples = detail.items;
      this.#announce("examples", detail.items.map(exampleTitle));
      this.#refresh();
    });
    connection.addEventListener("pictures", ({ detail }) => {
      this.#pictures = detail.items;
      this.#announce("pictures", detail.items.map(({ picture }) => picture.title));
      this.#refresh();
    });
  }

  /**
   * @param {string} kind
   * @param {string[]} titles
   */
  #announce(kind, titles) {
    const known = this.#known[kind];
    for (const title of titles) if (known && !known.has(title)) this.announcer.detail(`Shown to everyone: ${title}.`);
    this.#known[kind] = new Set([...(known ?? []), ...titles]);
  }

  #refresh() {
    const examples = this.#examples.map((one) => ({ title: exampleTitle(one), href: `#featured-${one.id}`, el: example(one) }));
    const pictures = this.#pictures.map(({ id, picture: seen }) => buildChart(`featured-${id}`, seen)).filter((one) => one !== null);
    const all = [...examples, ...pictures];
    this.el.hidden = all.length === 0;
    updateChildren(this.el, [h("h2", {}, "Shown to everyone"), ...all.map(({ el }) => el)]);
    this.onChange(all.map(({ title, href }) => ({ title, href })));
  }
}

/** @param {M.ExampleView} arg */
function exampleTitle({ state, title }) {
  return `${state ?? "A state"}: ${title}`;
}

/** @param {M.ExampleView} one */
function example(one) {
  return h("article", { class: "ck-featured-example", id: `featured-${one.id}` },
    h("p", { class: "ck-live-label" }, "An example from ", one.state ?? "a state, without its name"),
    h("h3", { dir: "auto" }, one.title),
    one.area && h("p", { class: "ck-featured-area" }, one.area),
    h("dl", {}, one.facts.map(([label, words]) => h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, linkify(words))))),
  );
}

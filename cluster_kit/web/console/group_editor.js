// Groups by hand: move and swap states, keep some where they are, keep others apart, and improve the rest.
import { elementId, h, joinWords } from "../shared/dom.js";
import { button, count, quiet } from "./panel_elements.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {{number: number, states: string[], area: string, topic: string, reason: string, why: string}} EditedGroup */

const DRAGGED = "application/x-cluster-kit-state";

// An editor of these groups. `get groups()` has what is shown; `onChange` is called after each change.
export class GroupEditor {
  /** @type {EditedGroup[]} */
  groups = [];
  /** @type {Set<string>} */
  #pinned = new Set();
  /** @type {string[][]} */
  #apart = [];
  /** @type {Map<string, string>} */
  #names = new Map();

  /** @param {Panel<M.BreakoutsView>} panel */
  constructor(panel) {
    this.panel = panel;
    this.sentence = h("p", {});
    this.list = h("ul", { class: "ck-groups-list" });
    this.pairs = h("ul", { class: "ck-groups-apart" });
    this.status = h("p", { class: "ck-panel-small", role: "status" });
    const [one, other] = [h("select", { "aria-label": "First state" }), h("select", { "aria-label": "Second state" })];
    this.selects = [one, other];
    this.element = h("div", { class: "ck-groups-editor" }, this.sentence, this.status, this.list,
      h("details", {}, h("summary", {}, "Keep two states apart"),
        h("p", { class: "ck-panel-buttons" }, one, " ", other, " ", button("Keep apart", () => this.#separate(one.value, other.value))), this.pairs),
      h("p", { class: "ck-panel-buttons" }, button("Improve the other places", () => this.#ask(true, "The places that are not kept were improved."))));
  }

  /** @param {M.GroupsProposalView} proposal */
  show({ sentence, groups }) {
    this.groups = groups;
    for (const { states, names } of groups) for (const [place, code] of states.entries()) this.#names.set(code, names[place]);
    this.sentence.textContent = sentence;
    const options = [...this.#names].sort(([, a], [, b]) => a.localeCompare(b));
    for (const [place, select] of this.selects.entries()) {
      const before = select.value;
      select.replaceChildren(...options.map(([value, name]) => h("option", { value }, name)));
      if (before) select.value = before;
      else select.selectedIndex = Math.min(place, options.length - 1);
    }
    this.#draw();
  }

  #draw() {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.focus : "";
    this.list.replaceChildren(...this.groups.map((group) => this.#buildGroup(group)));
    this.pairs.replaceChildren(...this.#apart.map((pair) => h("li", {}, joinWords(pair.map((code) => this.#name(code))), " ",
      button("Allow", async () => {
        this.#apart = this.#apart.filter((one) => one !== pair);
        this.#draw();
      }, { about: joinWords(pair.map((code) => this.#name(code))) }))));
    if (focused) /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-focus="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {EditedGroup} group */
  #buildGroup({ number, states, reason, why }) {
    const id = elementId("group");
    const el = h("li", { class: "ck-groups-one" }, h("h4", { id }, `Group ${number}`, h("span", { class: "ck-panel-small" }, ` ${count(states.length, "state")}`)),
      h("ul", { class: "ck-groups-states", "aria-labelledby": id }, states.map((code) => this.#buildState(code, number))),
      reason && h("p", { class: "ck-panel-small" }, `If the group has time left: ${reason}`), why && h("p", { class: "ck-panel-small" }, why));
    el.addEventListener("dragover", (event) => event.preventDefault());
    el.addEventListener("drop", (event) => {
      event.preventDefault();
      const code = event.dataTransfer?.getData(DRAGGED);
      if (code && this.#names.has(code)) this.#move(code, number);
    });
    return el;
  }

  // A state: keep it here, move it, or swap it. The list of places is filled when it is opened.
  /**
   * @param {string} code
   * @param {number} number
   */
  #buildState(code, number) {
    const name = this.#name(code);
    const keep = h("input", { type: "checkbox", checked: this.#pinned.has(code), "data-focus": `keep-${code}` });
    keep.addEventListener("change", () => (keep.checked ? this.#pinned.add(code) : this.#pinned.delete(code)));
    const select = h("select", { "aria-label": `Move or swap ${name}`, "data-focus": `move-${code}` }, h("option", { value: "" }, "Move or swap…"));
    const fill = () => {
      if (select.options.length > 1) return;
      select.append(
        h("optgroup", { label: "Move to" }, this.groups.filter((group) => group.number !== number).map((group) => h("option", { value: `to ${group.number}` }, `Group ${group.number}`)),
          h("option", { value: "to new" }, "A new group")),
        h("optgroup", { label: "Swap with" }, this.groups.filter((group) => group.number !== number).flatMap((group) => group.states.map((other) => h("option", { value: `with ${other}` }, `${this.#name(other)} (group ${group.number})`)))));
    };
    select.addEventListener("focus", fill);
    select.addEventListener("pointerdown", fill);
    select.addEventListener("change", () => {
      const [what, which] = select.value.split(" ");
      if (what === "to") this.#move(code, which === "new" ? Math.max(...this.groups.map((group) => group.number)) + 1 : Number(which));
      else if (what === "with") this.#swap(code, which);
    });
    const el = h("li", { draggable: "true" }, h("span", { class: "ck-groups-name" }, name), h("label", {}, keep, " Keep", h("span", { class: "ck-hidden" }, ` ${name} here`)), select);
    el.addEventListener("dragstart", (event) => event.dataTransfer?.setData(DRAGGED, code));
    return el;
  }

  /**
   * @param {string} code
   * @param {number} to
   */
  #move(code, to) {
    if (this.#find(code)?.number === to) return;
    const groups = this.groups.map((group) => without(group, code));
    const target = groups.find(({ number }) => number === to);
    if (target) Object.assign(target, changed(target, [...target.states, code]));
    else groups.push({ number: to, states: [code], area: "", topic: "", reason: "", why: "" });
    this.groups = groups.filter(({ states }) => states.length > 0);
    this.#pinned.add(code); // what was placed by hand stays there
    return this.#ask(false, `${this.#name(code)} is in group ${to}.`);
  }

  /**
   * @param {string} one
   * @param {string} other
   */
  #swap(one, other) {
    const of = (/** @type {string} */ code) => (code === one ? other : code === other ? one : code);
    this.groups = this.groups.map((group) => (group.states.includes(one) || group.states.includes(other) ? changed(group, group.states.map(of)) : group));
    this.#pinned.add(one).add(other);
    return this.#ask(false, `${this.#name(one)} and ${this.#name(other)} have changed places.`);
  }

  /**
   * @param {string} one
   * @param {string} other
   */
  async #separate(one, other) {
    if (one === other) {
      this.status.textContent = "Choose two different states.";
      return;
    }
    if (!this.#apart.some((pair) => pair.includes(one) && pair.includes(other))) this.#apart.push([one, other]);
    const together = this.#find(one) === this.#find(other);
    await this.#ask(false, `${this.#name(one)} and ${this.#name(other)} are to be kept apart.${together ? " They are together now: press “Improve the other places,” or move one." : ""}`);
  }

  // The server describes the groups again: what participants read must fit the states that are in them.
  /**
   * @param {boolean} improve
   * @param {string} done
   */
  async #ask(improve, done) {
    const groups = this.groups.map(({ number, states, area }) => ({ number, states, area }));
    const proposal = await this.panel.ask("arrange", { groups, pinned: [...this.#pinned], apart: this.#apart, improve });
    if (!proposal) return;
    this.show(proposal);
    this.status.textContent = done;
  }

  /** @param {string} code */
  #find(code) {
    return this.groups.find(({ states }) => states.includes(code));
  }

  /** @param {string} code */
  #name(code) {
    return this.#names.get(code) ?? code;
  }
}

/**
 * @param {EditedGroup} group
 * @param {string} code
 */
function without(group, code) {
  return group.states.includes(code) ? changed(group, group.states.filter((one) => one !== code)) : { ...group };
}

// A group with other states talks about what fits them.
/**
 * @param {EditedGroup} group
 * @param {string[]} states
 */
function changed(group, states) {
  return { ...group, states, area: "" };
}

// How to use the editor, in one sentence.
export function editorHelp() {
  return quiet("Drag a state to another group, or use its list. A state that you placed stays there when the other places are improved.");
}

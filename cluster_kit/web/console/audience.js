// The choice of a message's audience: everyone, facilitators, a breakout group, or a state.
import { h } from "../shared/dom.js";
/** @import {Panel} from "./panel.js" */
/** @import * as M from "../shared/messages.js" */
/** @typedef {{audiences: M.AudienceView[]}} WithAudiences */

/**
 * @template {WithAudiences} V
 * @param {Panel<V>} panel
 * @param {boolean} [hosts] whether facilitators are chosen at first
 */
export function audienceField(panel, hosts = false) {
  const element = h("select", {});
  fillAudiences(element, panel.view.audiences);
  const initial = panel.view.audiences.findIndex((one) => one.hosts === hosts);
  element.selectedIndex = Math.max(0, initial);
  return {
    element,
    /** @param {M.AudienceView[]} audiences */
    update: (audiences) => fillAudiences(element, audiences),
    // The audience as fields of the command.
    value: () => {
      const { label, states, hosts: toHosts } = panel.view.audiences.find((one) => one.label === element.value) ?? panel.view.audiences[0];
      return { states, hosts: toHosts, to: states.length || toHosts ? label : "" };
    },
  };
}

// Groups come and go; what is chosen stays if it still exists.
/**
 * @param {HTMLSelectElement} element
 * @param {M.AudienceView[]} audiences
 */
function fillAudiences(element, audiences) {
  const labels = audiences.map((one) => one.label);
  if (labels.join("\n") === [...element.options].map((option) => option.value).join("\n")) return;
  const chosen = element.value;
  element.replaceChildren(...labels.map((label) => h("option", { value: label }, label)));
  if (labels.includes(chosen)) element.value = chosen;
}

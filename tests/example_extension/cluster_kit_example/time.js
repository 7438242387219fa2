// The control of a prompt of kind "time": the browser's own.
import { elementId, h } from "../shared/dom.js";

export const timeKind = {
  short: true,
  build() {
    const input = h("input", { id: elementId("time"), type: "time" });
    const read = () => ({ value: input.value || null });
    const write = (value) => (input.value = value ?? "");
    return { nodes: [input], targets: [input], typed: true, read, write };
  },
  inWords(prompt, value) {
    const [hour, minute] = value.split(":");
    return `${hour % 12 || 12}:${minute} ${hour < 12 ? "AM" : "PM"}`;
  },
};

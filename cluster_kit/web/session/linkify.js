// User text as text nodes, with http(s) addresses as links. Nothing else is interpreted.
import { externalLink } from "../shared/dom.js";

const LINK = /https?:\/\/[^\s<>"']+/gi;
const TRAILING = /[.,;:!?)\]}’”]+$/;

/** @param {string} typed */
export function linkify(typed) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of typed.matchAll(LINK)) {
    const address = found.replace(TRAILING, "");
    if (!URL.canParse(address)) continue;
    parts.push(typed.slice(end, index));
    parts.push(externalLink(address, address, { rel: "noopener noreferrer nofollow" }));
    end = index + address.length;
  }
  parts.push(typed.slice(end));
  return parts;
}

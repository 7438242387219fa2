// Requests to the editor's server. The address of every request begins with the page's token.
/** @import * as E from "./types.js" */

const base = `/${document.body.dataset.token}/${document.body.dataset.name}`;

// The server has stopped, or it could not do what was asked. `message` is a sentence for people.
export class ServiceError extends Error {}

/**
 * @param {string} action
 * @param {object} [body]
 * @returns {Promise<{status: number, found: any}>}
 */
export async function request(action, body) {
  let answer;
  try {
    answer = await fetch(`${base}/${action}`, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ServiceError("The editor's program has stopped. Your changes are kept in this browser. Start it again with cluster-kit content edit.");
  }
  const found = await answer.json().catch(() => ({ sentence: "The editor's answer cannot be read. Reload the page." }));
  if (!answer.ok && answer.status !== 409) throw new ServiceError(found.sentence);
  return { status: answer.status, found };
}

/** @param {string} name */
export function addressOf(name) {
  return `/${document.body.dataset.token}/${name}`;
}

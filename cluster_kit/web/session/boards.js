// All boards of a session: dispatches posts, and shows boards that have content.
import { Board } from "./board.js";
import { PostQueue } from "./post_queue.js";
/** @import {Announcer} from "../shared/announcer.js" */
/** @import * as T from "./types.js" */

/**
 * @param {T.PageConnection} connection
 * @param {HTMLElement[]} elements
 * @param {{key: string, who: {name: string, where: string}, announcer: Announcer}} options
 */
export function followBoards(connection, elements, { key, who, announcer }) {
  const queue = new PostQueue(connection, key);
  const boards = new Map(elements.map((el) => [el.dataset.segment, new Board(connection, queue, el, who, announcer)]));
  const places = new Map(); // post id: its board
  connection.addEventListener("board", ({ detail: { whole, posts, gone: removed } }) => {
    const missing = whole ? [...places.keys()].filter((id) => !posts.some((post) => post.id === id)) : removed;
    for (const id of missing) {
      places.get(id)?.remove(id);
      places.delete(id);
    }
    for (const post of posts) if (boards.has(post.segment)) places.set(post.id, boards.get(post.segment));
    for (const board of new Set(boards.values())) board.receive(posts.filter((post) => places.get(post.id) === board));
  });
  connection.addEventListener("team", ({ detail }) => {
    for (const board of boards.values()) board.wait(detail.waiting);
  });
  connection.addEventListener("session_status", ({ detail }) => {
    for (const board of boards.values()) board.open(Boolean(detail.began && !detail.ended));
    for (const board of boards.values()) board.hold(detail.holds_questions);
  });
  queue.addEventListener("change", () => {
    for (const board of boards.values()) board.refreshEditors();
  });
}

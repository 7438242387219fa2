// Prompt kinds of installed packages. The server and the bundler generate this module.
/** @import * as T from "./types.js" */

/**
 * What a kind's module exports: a control, or a whole prompt with a user interface of its own.
 * @typedef {object} InstalledKind
 * @property {(prompt: T.FieldPrompt, form: T.Form, compact: boolean) => T.Control} build
 * @property {(prompt: T.FieldPrompt, value: any) => string} inWords
 * @property {boolean} [short] whether its control fits a cell of a matrix
 * @property {(form: T.Form, prompt: any) => HTMLElement} [buildPrompt]
 */

/** @type {Record<string, InstalledKind>} */
export const INSTALLED = {};

// @ts-check
import { find, forget, keep } from "../imports/files.js";
import { ImportSender } from "../imports/sender.js";

/** @import { Import } from "../imports/sender.js" */

/** @typedef {{ invokeMethodAsync(name: string, ...args: unknown[]): Promise<any> }} Island */

/** What this document sends; it goes on while the sheet is closed. @type {Map<string, ImportSender>} */
const senders = new Map();

/**
 * The chosen file.
 * @param {HTMLInputElement} input
 */
export function chosen(input) {
  const { name, size } = fileOf(input);
  return { name, size };
}

/**
 * Begins to send the chosen file, or goes on with it.
 * @param {HTMLInputElement} input
 * @param {string} project
 * @param {string} id
 * @param {number} lines Lines taken.
 * @param {Island} island
 */
export async function send(input, project, id, lines, island) {
  const file = fileOf(input);
  await keep(id, file);
  start({ project, id, file }, lines, island);
}

/**
 * Goes on with a file the browser has kept.
 * @param {string} project
 * @param {string} id
 * @param {number} lines Lines taken.
 * @param {Island} island
 * @returns {Promise<number | null>} Its size; null when there is none.
 */
export async function resume(project, id, lines, island) {
  const file = senders.get(id)?.file ?? await find(id);
  if (!file) return null;
  if (!senders.has(id)) start({ project, id, file }, lines, island);
  return file.size;
}

/** Sends no more of an import. @param {string} id */
export async function stop(id) {
  senders.get(id)?.stop();
  await forget(id);
}

/**
 * @param {Import} of
 * @param {number} lines
 * @param {Island} island
 */
async function start(of, lines, island) {
  const sender = new ImportSender(of);
  senders.set(of.id, sender);
  const failure = await sender.run(lines);
  if (senders.get(of.id) === sender) senders.delete(of.id);
  if (failure !== null) await island.invokeMethodAsync("Fail", failure);
}

/** @param {HTMLInputElement} input Whose button cannot be pressed without a file. */
const fileOf = input => /** @type {FileList} */ (input.files)[0];

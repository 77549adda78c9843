// @ts-check

/** @import { Rows } from "./rows.js" */

/**
 * Rows that are selected, as plain lines; null while the selection is within one row, where the browser knows better.
 * @param {HTMLElement} list
 * @param {Rows} rows
 * @param {boolean} withTime Offset and time are part of the selection (requirement S-168).
 */
export function selectedLines(list, rows, withTime) {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !list.contains(selection.anchorNode)) return null;
  const selected = [...list.querySelectorAll(".it-item")].filter(item => selection.containsNode(item, true));
  return selected.length > 1 ? selected.map(item => rows.lineOf(item, withTime)).join("\n") : null;
}

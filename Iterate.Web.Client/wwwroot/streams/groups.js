// @ts-check

/**
 * @import { Folding, Row } from "./run.js"
 * @import { StreamEvent } from "./types.js"
 */

/**
 * Consecutive events of one type as one row of the feed (requirement S-169).
 * @typedef {object} Group
 * @property {string} type
 * @property {number} offset Of the oldest event.
 * @property {string} createdAt Of the oldest event.
 * @property {number} lastOffset
 * @property {string} lastCreatedAt
 * @property {number} count
 * @property {boolean} marker A change in the life of the stream: never grouped, and it closes the group before it.
 * @property {StreamEvent} event The oldest event, in full.
 */

const markers = new Set([
  "stream/created",
  "stream/child-stream-created",
  "stream/paused",
  "stream/resumed",
  "stream/breaker-tripped",
  "stream/error-occurred",
  "stream/subscription-delivery-halted",
]);

/**
 * Folds events of a range into groups.
 *
 * It goes hand in hand with `join`: the groups of a range are those of its parts, joined in order. So a range has the
 * same groups whether it came forward, backward or live, in pages of any length (requirement S-171).
 * @param {readonly StreamEvent[]} events Ascending.
 * @returns {Group[]}
 */
export function fold(events) {
  /** @type {Group[]} */
  const groups = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && last.type === event.type && !last.marker) {
      last.lastOffset = event.offset;
      last.lastCreatedAt = event.createdAt;
      last.count++;
    } else {
      const { type, offset, createdAt } = event;
      groups.push({
        type, offset, createdAt, lastOffset: offset, lastCreatedAt: createdAt, count: 1, marker: markers.has(type), event,
      });
    }
  }
  return groups;
}

/**
 * The groups of two neighbouring ranges; what meets at the seam becomes one group, a new object.
 * @param {readonly Group[]} older
 * @param {readonly Group[]} newer
 * @returns {Group[]}
 */
export function join(older, newer) {
  const before = older.at(-1);
  const after = newer.at(0);
  if (!before || !after || before.type !== after.type || before.marker) return older.concat(newer);
  const seam = {
    ...before, lastOffset: after.lastOffset, lastCreatedAt: after.lastCreatedAt, count: before.count + after.count,
  };
  return [...older.slice(0, -1), seam, ...newer.slice(1)];
}

/** Rows of a run are groups. @type {Folding} */
export const grouped = /** @type {any} */ ({ fold, join });

/**
 * Several events in one row.
 * @param {Row} row
 * @returns {row is Group}
 */
export const isGroup = row => "count" in row && row.count > 1;

/**
 * @param {Row} row One that is no group, or a group of one.
 * @returns {StreamEvent}
 */
export const eventIn = row => "event" in row ? row.event : row;

// @ts-check

/**
 * What the contract sends (Iterate.Domain/Api/Streams), as the element reads it.
 *
 * @typedef {object} StreamEvent
 * @property {number} offset Position in the stream, from 1, gapless.
 * @property {string} type
 * @property {unknown} [payload] Any JSON; absent and null differ.
 * @property {unknown} [metadata]
 * @property {unknown} [source]
 * @property {string} [idempotencyKey]
 * @property {string} createdAt UTC, milliseconds; never decreases within a stream.
 *
 * @typedef {object} StreamBatch
 * @property {string} streamId
 * @property {StreamEvent[]} events Matching events, ascending.
 * @property {number} headOffset
 * @property {number} scannedThroughOffset The cursor after this batch; resume after it.
 *
 * @typedef {object} ReadResponse
 * @property {string} streamId
 * @property {StreamEvent[]} events Matching events in reading order.
 * @property {number} headOffset
 * @property {number} scannedThroughOffset Furthest offset examined in reading direction.
 * @property {boolean} atEnd Nothing remained in range at that instant.
 *
 * @typedef {object} TypeCount
 * @property {string} type
 * @property {number} count
 * @property {number} lastOffset
 *
 * @typedef {object} CountResponse
 * @property {number} total
 * @property {TypeCount[]} byType
 * @property {number} otherTypes
 * @property {number} matched
 * @property {number} scannedThroughOffset The head the counts belong to.
 * @property {boolean} complete
 *
 * @typedef {object} StreamMark
 * @property {number} offset
 * @property {string} createdAt
 *
 * @typedef {object} StreamAddress What is shown: one stream of one project, seen through a filter.
 * @property {string} project
 * @property {string} path
 * @property {readonly string[]} types Exact types or prefix globs; empty shows everything.
 * @property {string} contains Text in the events; empty shows everything.
 * @property {import("./scope.js").Scope} scope
 */

export {};

// @ts-check

/** @import { Group } from "./groups.js" */
/** @import { StreamEvent } from "./types.js" */

/**
 * What is shown as one row: an event, or in the feed a group of them.
 * @typedef {StreamEvent | Group} Row
 */

/** @param {Row} row Offset of its newest event. */
export const lastOffsetOf = row => "lastOffset" in row ? row.lastOffset : row.offset;

/**
 * How events become rows. `fold` of a range is the `join` of the folds of its parts.
 * @typedef {object} Folding
 * @property {(events: readonly StreamEvent[]) => readonly Row[]} fold
 * @property {(older: readonly Row[], newer: readonly Row[]) => readonly Row[]} join
 */

/** A row for each event. @type {Folding} */
export const unfolded = { fold: events => events, join: (older, newer) => older.concat(newer) };

/**
 * A gap-free run of matching events in memory, as rows: every match with an offset in (low, high] is here.
 * Rows are addressed by position; a position stays the same while the run grows or shrinks at either end.
 */
export class Run {
  #folding;
  #rows;
  #first = 0;

  /**
   * @param {Folding} folding
   * @param {readonly StreamEvent[]} events Ascending.
   * @param {number} low Exclusive; 0 is the start of the stream.
   * @param {number} high Inclusive.
   */
  constructor(folding, events, low, high) {
    this.#folding = folding;
    this.#rows = folding.fold(events);
    this.low = low;
    this.high = high;
  }

  get folding() {
    return this.#folding;
  }

  /** Position of the oldest row. */
  get first() {
    return this.#first;
  }

  /** Position after the newest row. */
  get end() {
    return this.#first + this.#rows.length;
  }

  get length() {
    return this.#rows.length;
  }

  get rows() {
    return this.#rows;
  }

  get atStart() {
    return this.low === 0;
  }

  /**
   * The row may go on before the run: it is a group, and what precedes it is not here.
   * @param {number} position
   */
  isPartial(position) {
    return position === this.#first && !this.atStart;
  }

  /** @param {number} position */
  at(position) {
    return this.#rows[position - this.#first];
  }

  /**
   * Position of the row that holds an offset, else of the first after it; `end` if there is none.
   * @param {number} offset
   */
  positionOf(offset) {
    let from = 0;
    let to = this.#rows.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (lastOffsetOf(this.#rows[middle]) < offset) from = middle + 1;
      else to = middle;
    }
    return this.#first + from;
  }

  copy() {
    const copy = new Run(this.#folding, [], this.low, this.high);
    copy.#rows = this.#rows;
    copy.#first = this.#first;
    return copy;
  }

  /**
   * Adds what follows; events already here are skipped.
   * @param {readonly StreamEvent[]} events Ascending, every match in (from, high] for some from ≤ this.high.
   * @param {number} high
   */
  append(events, high) {
    this.#rows = this.#folding.join(this.#rows, this.#folding.fold(events.filter(event => event.offset > this.high)));
    this.high = Math.max(this.high, high);
  }

  /**
   * Adds what precedes; events already here are skipped.
   * @param {readonly StreamEvent[]} events Descending, every match in (low, to] for some to ≥ this.low.
   * @param {number} low
   */
  prepend(events, low) {
    const end = this.end;
    this.#rows = this.#folding.join(this.#folding.fold(events.filter(event => event.offset <= this.low).reverse()), this.#rows);
    this.#first = end - this.#rows.length;
    this.low = Math.min(this.low, low);
  }

  /**
   * Forgets all but the newest rows.
   * @param {number} length
   */
  keepNewest(length) {
    const gone = this.#rows.length - length;
    if (gone <= 0) return;
    this.low = lastOffsetOf(this.#rows[gone - 1]);
    this.#rows = this.#rows.slice(gone);
    this.#first += gone;
  }

  /**
   * Forgets all but the oldest rows.
   * @param {number} length At least 1.
   */
  keepOldest(length) {
    if (this.#rows.length <= length) return;
    this.#rows = this.#rows.slice(0, length);
    this.high = lastOffsetOf(this.#rows[length - 1]);
  }
}

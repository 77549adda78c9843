// @ts-check

/** @import { StreamEvent } from "./types.js" */

/**
 * A gap-free run of matching events in memory: every match with an offset in (low, high] is here.
 * Events are addressed by position; a position stays the same while the run grows or shrinks at either end.
 */
export class Run {
  /** @type {StreamEvent[]} */
  #events;
  #first = 0;

  /**
   * @param {StreamEvent[]} events Ascending.
   * @param {number} low Exclusive; 0 is the start of the stream.
   * @param {number} high Inclusive.
   */
  constructor(events, low, high) {
    this.#events = events;
    this.low = low;
    this.high = high;
  }

  /** Position of the oldest event. */
  get first() {
    return this.#first;
  }

  /** Position after the newest event. */
  get end() {
    return this.#first + this.#events.length;
  }

  get length() {
    return this.#events.length;
  }

  /** @returns {readonly StreamEvent[]} */
  get events() {
    return this.#events;
  }

  get atStart() {
    return this.low === 0;
  }

  /** @param {number} position */
  at(position) {
    return this.#events[position - this.#first];
  }

  /**
   * Position of the first event at or after an offset; `end` if there is none.
   * @param {number} offset
   */
  positionOf(offset) {
    let from = 0;
    let to = this.#events.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#events[middle].offset < offset) from = middle + 1;
      else to = middle;
    }
    return this.#first + from;
  }

  copy() {
    const copy = new Run(this.#events.slice(), this.low, this.high);
    copy.#first = this.#first;
    return copy;
  }

  /**
   * Adds what follows; events already here are skipped.
   * @param {readonly StreamEvent[]} events Ascending, every match in (from, high] for some from ≤ this.high.
   * @param {number} high
   */
  append(events, high) {
    for (const event of events) {
      if (event.offset > this.high) this.#events.push(event);
    }
    this.high = Math.max(this.high, high);
  }

  /**
   * Adds what precedes; events already here are skipped.
   * @param {StreamEvent[]} events Descending, every match in (low, to] for some to ≥ this.low.
   * @param {number} low
   */
  prepend(events, low) {
    const older = events.filter(event => event.offset <= this.low).reverse();
    this.#events = older.concat(this.#events);
    this.#first -= older.length;
    this.low = Math.min(this.low, low);
  }

  /**
   * Forgets all but the newest events.
   * @param {number} length
   */
  keepNewest(length) {
    const gone = this.#events.length - length;
    if (gone <= 0) return;
    this.low = this.#events[gone - 1].offset;
    this.#events = this.#events.slice(gone);
    this.#first += gone;
  }

  /**
   * Forgets all but the oldest events.
   * @param {number} length At least 1.
   */
  keepOldest(length) {
    if (this.#events.length <= length) return;
    this.#events.length = length;
    this.high = this.#events[length - 1].offset;
  }
}

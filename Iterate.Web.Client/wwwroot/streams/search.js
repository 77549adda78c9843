// @ts-check

/**
 * @import { Scope } from "./scope.js"
 * @import { ReadResponse, StreamAddress, StreamEvent } from "./types.js"
 */

/**
 * What a filter has found so far, where no index can count (requirement S-174): everything between two offsets has been
 * looked at, from the tail back, and what comes live is added. The list reads, this one counts.
 */
export class Search {
  #scope;
  #head = 0;
  /** @type {{ low: number, high: number } | null} Low exclusive. */
  #looked = null;
  #found = 0;

  #running = false;

  /** @param {Scope} scope */
  constructor(scope) {
    this.#scope = scope;
  }

  /** @param {number} head */
  reach(head) {
    this.#head = Math.max(this.#head, head);
  }

  /**
   * Null where counts are exact without looking.
   * @param {StreamAddress} address
   */
  static of({ types, contains, scope }) {
    return contains !== "" || (types.length > 0 && !scope.isWhole) ? new Search(scope) : null;
  }

  /**
   * A range was looked at. Only what touches the tail counts: a place somewhere else says nothing about what is between.
   * @param {number} low Exclusive.
   * @param {number} high Inclusive.
   * @param {readonly StreamEvent[]} events All that match there.
   */
  look(low, high, events) {
    const looked = this.#looked;
    if (!looked) {
      this.#looked = { low, high };
      this.#found = events.length;
    } else if (low <= looked.high && high >= looked.low) {
      this.#found += events.filter(({ offset }) => offset <= looked.low || offset > looked.high).length;
      this.#looked = { low: Math.min(low, looked.low), high: Math.max(high, looked.high) };
    }
  }

  /**
   * Looks on to the start of the scope, or until it is stopped.
   * @param {(offset: number) => Promise<ReadResponse | null>} before Reads what precedes an offset.
   * @param {(low: number, high: number, events: StreamEvent[]) => void} read
   */
  async goOn(before, read) {
    this.#running = true;
    while (this.#running && this.#looked && !this.complete) {
      const high = this.#looked.low;
      const page = await before(high + 1);
      if (!page) break;
      const low = page.atEnd ? 0 : page.scannedThroughOffset - 1;
      this.look(low, high, page.events);
      read(low, high, page.events);
    }
    this.#running = false;
  }

  stop() {
    this.#running = false;
  }

  get running() {
    return this.#running;
  }

  get found() {
    return this.#found;
  }

  /** Events looked at. */
  get looked() {
    return this.#looked ? Math.max(0, this.#looked.high - Math.max(this.#looked.low, this.#scope.low)) : 0;
  }

  /** Events to look at. */
  get size() {
    return this.#scope.clamp(this.#head) - this.#scope.low;
  }

  get complete() {
    return this.#looked !== null && this.#looked.low <= this.#scope.low;
  }
}

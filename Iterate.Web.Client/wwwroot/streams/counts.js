// @ts-check

/** @import { CountResponse, StreamBatch, StreamEvent } from "./types.js" */

const againMs = 5_000;

/** Exact counts that stay exact: what the server counted at one head, and every live match after it. */
export class Counts {
  /** @type {CountResponse | null} */
  #base = null;
  /** Live matches seen before the first answer; it decides which of them it has counted already. @type {StreamEvent[]} */
  #early = [];
  #matchedLive = 0;
  /** @type {Map<string, number>} */
  #byType = new Map();
  #head = 0;
  #count;
  #changed;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;

  /**
   * @param {() => Promise<CountResponse | null>} count Null when no answer came.
   * @param {() => void} changed
   */
  constructor(count, changed) {
    this.#count = count;
    this.#changed = changed;
  }

  /** The first answer counts; from then on the feed misses nothing. */
  async ask() {
    clearTimeout(this.#again);
    const base = await this.#count();
    if (base && !this.#closed) this.#answer(base);
    else if (!this.#base && !this.#closed) this.#again = setTimeout(() => void this.ask(), againMs);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#again);
  }

  /** @param {CountResponse} base */
  #answer(base) {
    if (this.#base) return;
    this.#base = base;
    this.#head = Math.max(this.#head, base.total);
    this.#byType = new Map(base.byType.map(({ type, count }) => [type, count]));
    for (const event of this.#early) this.#add(event);
    this.#early = [];
    this.#changed();
  }

  /** @param {StreamBatch} batch Events that were not seen before. */
  arrive(batch) {
    this.#head = Math.max(this.#head, batch.headOffset);
    for (const event of batch.events) {
      if (this.#base) this.#add(event);
      else this.#early.push(event);
    }
  }

  /** @param {StreamEvent} event */
  #add(event) {
    if (!this.#base || event.offset <= this.#base.scannedThroughOffset) return;
    this.#matchedLive++;
    this.#byType.set(event.type, (this.#byType.get(event.type) ?? 0) + 1);
  }

  /** Offsets have no gaps, so the head is the number of events. */
  get total() {
    return this.#head;
  }

  /** Events that match the filter; null until the server has counted. */
  get matched() {
    return this.#base && this.#base.matched + this.#matchedLive;
  }

  get byType() {
    return [...this.#byType].map(([type, count]) => ({ type, count }));
  }
}

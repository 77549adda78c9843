// @ts-check

/** @import { ReadResponse, StreamEvent } from "./types.js" */

/** The offsets that are seen, of a stream or of a part of it. */
export class Scope {
  /**
   * @param {number | null} from First offset; null for the start of the stream.
   * @param {number | null} to Last offset; null for whatever comes.
   */
  constructor(from, to) {
    this.from = from ?? 1;
    this.to = to ?? Infinity;
  }

  /** The exclusive bound before everything. */
  get low() {
    return this.from - 1;
  }

  get isWhole() {
    return this.from === 1 && this.to === Infinity;
  }

  /** @param {number} offset */
  clamp(offset) {
    return Math.min(Math.max(offset, this.low), this.to);
  }

  /**
   * Those of some events that are in scope.
   * @param {readonly StreamEvent[]} events
   */
  clip(events) {
    return this.isWhole ? events : events.filter(({ offset }) => offset >= this.from && offset <= this.to);
  }
}

// @ts-check
import { Edge } from "./edge.js";
import { unfolded } from "./run.js";

/**
 * @import { EdgeState } from "./edge.js"
 * @import { Pages } from "./pages.js"
 * @import { Run } from "./run.js"
 * @import { StreamEvent } from "./types.js"
 */

/** Rows kept around the place that is read. */
const mostRows = 4_096;
/** A stream of a million events of one type is one row in the feed: nobody asked to read all of it. */
const groupPages = 16;

/**
 * @typedef {object} ReadingHandlers
 * @property {(low: number, high: number, events: readonly StreamEvent[]) => void} looked All that matches in (low, high].
 * @property {() => void} changed
 */

/** The run that is read and what may still be read at its two ends. */
export class Reading {
  #run;
  #pages;
  #handlers;
  #older;
  #newer;

  /**
   * @param {Run} run
   * @param {Pages} pages
   * @param {ReadingHandlers} handlers
   */
  constructor(run, pages, handlers) {
    this.#run = run;
    this.#pages = pages;
    this.#handlers = handlers;
    const patience = run.folding === unfolded ? Infinity : groupPages;
    this.#older = new Edge(patience);
    this.#newer = new Edge(patience);
  }

  get run() {
    return this.#run;
  }

  get older() {
    return this.#older.state;
  }

  get newer() {
    return this.#newer.state;
  }

  async readOlder() {
    const run = this.#run;
    if (run.atStart || this.older !== "idle") return;
    this.#older.begin();
    const high = run.low;
    const page = await this.#pages.before(high + 1);
    if (page) {
      const { length } = run;
      const low = page.atEnd ? 0 : page.scannedThroughOffset - 1;
      this.#handlers.looked(low, high, page.events);
      run.prepend(page.events, low);
      this.#older.loaded(run.length - length);
    } else {
      this.#older.fail();
    }
    this.#handlers.changed();
  }

  /** @param {Run} tail Where newer events end. */
  async readNewer(tail) {
    const run = this.#run;
    if (run.high >= tail.high || this.newer !== "idle" || this.connect(tail)) return;
    this.#newer.begin();
    const low = run.high;
    const page = await this.#pages.after(low);
    if (page) {
      const { length } = run;
      this.#handlers.looked(low, page.scannedThroughOffset, page.events);
      run.append(page.events, page.scannedThroughOffset);
      this.connect(tail);
      this.#newer.loaded(run.length - length);
    } else {
      this.#newer.fail();
    }
    this.#handlers.changed();
  }

  /**
   * Joins the run with the tail where they touch; answers whether they do.
   * @param {Run} tail
   */
  connect(tail) {
    if (this.#run.high < tail.low) return false;
    this.#run.append(/** @type {readonly StreamEvent[]} */ (tail.rows), tail.high);
    return true;
  }

  /**
   * Lets more be asked for: the reader said so, or the server is back.
   * @param {EdgeState} state Of the edges that go on.
   */
  resume(state) {
    this.#older.resume(state);
    this.#newer.resume(state);
  }

  /** Nothing older is asked for until the reader says so. */
  pause() {
    this.#older.pause();
  }

  /**
   * Forgets what is far from the rows shown.
   * @param {number} from
   * @param {number} to Positions of the rows.
   */
  trim(from, to) {
    const run = this.#run;
    if (run.length <= mostRows) return;
    if (from - run.first > run.end - to) run.keepNewest(Math.max(mostRows, run.end - from));
    else run.keepOldest(Math.max(mostRows, to - run.first));
  }
}

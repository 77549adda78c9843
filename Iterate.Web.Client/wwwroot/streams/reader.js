// @ts-check
import { Counts } from "./counts.js";
import { Edge } from "./edge.js";
import { Feed } from "./feed.js";
import { membersShown } from "./members.js";
import { ApiProblem, Pages } from "./pages.js";
import { Run, unfolded } from "./run.js";

/**
 * @import { FeedState } from "./feed.js"
 * @import { Folding } from "./run.js"
 * @import { ReadResponse, StreamAddress, StreamBatch, StreamEvent } from "./types.js"
 */

/** Newest events kept while following, so that leaving the tail and coming back cost no request. */
const tailEvents = 512;
/** Rows kept around the place that is read. */
const runRows = 4_096;
/** A stream of a million events of one type is one row in the feed: nobody asked to read all of it. */
const groupPages = 16;

/**
 * @typedef {object} ReaderHandlers
 * @property {() => void} changed Events, counts or an edge changed.
 * @property {(events: number) => void} arrived So many matching events were committed after the tail was first seen.
 * @property {(offset: number) => void} sought `run` is now around this offset.
 * @property {(state: FeedState, code: string | null) => void} feed
 * @property {() => void} replaced All that was read is void; a new tail follows.
 */

/**
 * What is known of a stream seen through a filter: the tail, kept current by the feed, and the run that is read, folded
 * into rows. They are the same object while following, unless there is something to fold. No document in here.
 */
export class StreamReader {
  #pages;
  #feed;
  #folding;
  #handlers;
  /** @type {Counts} */
  #counts;
  /** @type {Run | null} */
  #tail = null;
  /** @type {Run | null} */
  #run = null;
  #seeks = 0;
  #shownSeek = 0;
  #head = 0;
  #older;
  #newer;

  /**
   * @param {string} baseUrl Address of the application.
   * @param {StreamAddress} address
   * @param {Folding} folding
   * @param {ReaderHandlers} handlers
   */
  constructor(baseUrl, address, folding, handlers) {
    this.#folding = folding;
    this.#older = this.#edge();
    this.#newer = this.#edge();
    this.#handlers = handlers;
    this.#pages = new Pages(new URL("api/streams/", baseUrl).href, address);
    this.#counts = this.#count();
    this.#feed = new Feed(new URL("hubs/streams", baseUrl).href, address, {
      batch: batch => this.#receive(batch),
      state: (state, code) => this.#feedChanged(state, code),
      replaced: () => this.#replaced(),
    });
  }

  open() {
    this.#feed.open();
    void this.#counts.ask();
  }

  close() {
    this.#counts.close();
    this.#feed.close();
    this.#pages.close();
  }

  get counts() {
    return this.#counts;
  }

  get head() {
    return this.#head;
  }

  /** Rows may stand for several events. */
  get isFolded() {
    return this.#folding !== unfolded;
  }

  get older() {
    return this.#older.state;
  }

  get newer() {
    return this.#newer.state;
  }

  /** What is read; null until something has arrived. */
  get run() {
    return this.#run;
  }

  /** The run ends at the newest event. */
  get attached() {
    return this.#tail !== null && this.#run !== null && this.#run.high >= this.#tail.high;
  }

  /** Reads the tail itself: what is read is trimmed as new events come. */
  join() {
    this.#shownSeek = ++this.#seeks;
    if (!this.isFolded || !this.attached) this.#show(this.#foldedTail);
  }

  /** Keeps what is read apart from the tail, so that it can grow upwards. */
  leave() {
    if (this.#tail && this.#run === this.#tail) this.#show(this.#tail.copy());
  }

  /**
   * Reads from an offset on. Seeks are numbered: an answer is shown unless a newer one is already (requirement S-212).
   * @param {number} offset
   */
  async seek(offset) {
    const seek = ++this.#seeks;
    if (this.#run && this.#run !== this.#tail && this.#run.low < offset && offset <= this.#run.high) {
      this.#shownSeek = seek;
      this.#handlers.sought(offset);
      return;
    }
    const page = await this.#read(() => this.#pages.after(offset - 1));
    if (seek < this.#shownSeek) return;
    this.#shownSeek = seek;
    if (!page) {
      // Nowhere to go, for example beyond the head: what was shown stays, else the tail stands in.
      if (!this.#run) this.#show(this.#foldedTail);
      return;
    }
    const run = new Run(this.#folding, page.events, offset - 1, page.scannedThroughOffset);
    this.#connect(run);
    this.#show(run);
    this.#handlers.sought(offset);
  }

  async readOlder() {
    const run = this.#run;
    const edge = this.#older;
    if (!run || run.atStart || edge.state !== "idle") return;
    edge.begin();
    const page = await this.#read(() => this.#pages.before(run.low + 1), () => edge.fail());
    if (!page || run !== this.#run) return;
    const { length } = run;
    run.prepend(page.events, page.atEnd ? 0 : page.scannedThroughOffset - 1);
    edge.loaded(run.length - length);
    this.#handlers.changed();
  }

  async readNewer() {
    const run = this.#run;
    const edge = this.#newer;
    if (!run || !this.#tail || this.attached || edge.state !== "idle" || this.#connect(run)) return;
    edge.begin();
    const page = await this.#read(() => this.#pages.after(run.high), () => edge.fail());
    if (!page || run !== this.#run) return;
    const { length } = run;
    run.append(page.events, page.scannedThroughOffset);
    this.#connect(run);
    edge.loaded(run.length - length);
    this.#handlers.changed();
  }

  /**
   * The members of a group.
   * @param {number} after Exclusive.
   * @param {number} before Exclusive.
   * @param {boolean} backward
   * @returns {Promise<StreamEvent[] | null>} Ascending; null when they did not come.
   */
  async readMembers(after, before, backward) {
    const page = await this.#read(() => this.#pages.between(after, before, backward, membersShown));
    return page && (backward ? page.events.reverse() : page.events);
  }

  /**
   * Lets more be asked for: the reader said so, or the server is back.
   * @param {import("./edge.js").EdgeState} state Of the edges that go on.
   */
  resume(state) {
    this.#older.resume(state);
    this.#newer.resume(state);
    this.#handlers.changed();
  }

  /**
   * Forgets what is far from the rows shown.
   * @param {number} from
   * @param {number} to Positions of the rows.
   */
  trim(from, to) {
    const run = this.#run;
    if (!run || run === this.#tail || run.length <= runRows) return;
    if (from - run.first > run.end - to) run.keepNewest(Math.max(runRows, run.end - from));
    else run.keepOldest(Math.max(runRows, to - run.first));
  }

  /**
   * Joins a run with the tail where they touch; answers whether they do.
   * @param {Run} run
   */
  #connect(run) {
    const tail = this.#tail;
    if (!tail || run.high < tail.low) return false;
    run.append(/** @type {readonly StreamEvent[]} */ (tail.rows), tail.high);
    return true;
  }

  /** The tail, to be read: itself, or folded. */
  get #foldedTail() {
    const tail = this.#tail;
    if (!tail || !this.isFolded) return tail;
    return new Run(this.#folding, /** @type {readonly StreamEvent[]} */ (tail.rows), tail.low, tail.high);
  }

  #edge() {
    return new Edge(this.isFolded ? groupPages : Infinity);
  }

  /** @param {Run | null} run */
  #show(run) {
    if (run === this.#run) return;
    this.#run = run;
    this.#older = this.#edge();
    this.#newer = this.#edge();
    this.#handlers.changed();
  }

  /** @param {StreamBatch} batch */
  #receive(batch) {
    this.#head = Math.max(this.#head, batch.headOffset);
    this.#counts.arrive(batch);
    const through = batch.scannedThroughOffset;
    if (!this.#tail) {
      this.#tail = new Run(unfolded, batch.events, batch.events.length > 0 ? batch.events[0].offset - 1 : through, through);
      if (this.#run) this.#connect(this.#run);
      else if (this.#seeks === this.#shownSeek) this.#run = this.#foldedTail;
    } else {
      // A run nobody trims, in a hidden tab, parts from the tail instead of growing for ever.
      const follows = this.attached && this.#run !== this.#tail && (this.#run?.length ?? 0) < 2 * runRows;
      this.#tail.append(batch.events, through);
      if (follows) this.#run?.append(batch.events, through);
      if (this.#tail.length > 2 * tailEvents) this.#tail.keepNewest(tailEvents);
      this.#handlers.arrived(batch.events.length);
    }
    this.#handlers.changed();
  }

  /**
   * @param {FeedState} state
   * @param {string | null} code
   */
  #feedChanged(state, code) {
    if (state === "live") this.resume("failed");
    // A refused handshake tells a browser nothing; an ordinary request says whether the session has ended.
    else if (state === "away") void this.#counts.ask();
    this.#handlers.feed(state, code);
  }

  #replaced() {
    this.#tail = null;
    this.#run = null;
    this.#head = 0;
    this.#counts.close();
    this.#counts = this.#count();
    this.#older = this.#edge();
    this.#newer = this.#edge();
    void this.#counts.ask();
    this.#handlers.replaced();
  }

  #count() {
    return new Counts(() => this.#read(() => this.#pages.count()), () => this.#handlers.changed());
  }

  /**
   * @template T
   * @param {() => Promise<T>} request
   * @param {() => void} [failed]
   * @returns {Promise<T | null>} Null when it failed or is not wanted any more.
   */
  async #read(request, failed) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return null;
      failed?.();
      if (error instanceof ApiProblem && error.code === "unauthenticated") {
        this.close();
        this.#handlers.feed("ended", error.code);
      }
      this.#handlers.changed();
      return null;
    }
  }
}

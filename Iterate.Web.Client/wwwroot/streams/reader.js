// @ts-check
import { Counts } from "./counts.js";
import { Feed } from "./feed.js";
import { ApiProblem, Pages } from "./pages.js";
import { Run } from "./run.js";

/**
 * @import { FeedState } from "./feed.js"
 * @import { ReadResponse, StreamAddress, StreamBatch } from "./types.js"
 */

/** Newest events kept while following, so that leaving the tail and coming back cost no request. */
const tailEvents = 512;
/** Events kept around the place that is read. */
const runEvents = 4_096;
const recountMs = 5_000;

/** @typedef {"idle" | "loading" | "failed"} EdgeState */

/**
 * @typedef {object} ReaderHandlers
 * @property {() => void} changed Events, counts or an edge changed.
 * @property {(events: number) => void} arrived So many matching events were committed after the tail was first seen.
 * @property {(offset: number) => void} sought `run` is now around this offset.
 * @property {(state: FeedState, code: string | null) => void} feed
 * @property {() => void} replaced All that was read is void; a new tail follows.
 */

/**
 * What is known of a stream seen through a filter: the tail, kept current by the feed, and the run that is read.
 * They are the same object while following. No document in here.
 */
export class StreamReader {
  #pages;
  #feed;
  #handlers;
  #counts = new Counts();
  /** @type {Run | null} */
  #tail = null;
  /** @type {Run | null} */
  #run = null;
  #seeks = 0;
  #shownSeek = 0;
  #head = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #recount;
  /** @type {EdgeState} */
  older = "idle";
  /** @type {EdgeState} */
  newer = "idle";

  /**
   * @param {string} baseUrl Address of the application.
   * @param {StreamAddress} address
   * @param {ReaderHandlers} handlers
   */
  constructor(baseUrl, address, handlers) {
    this.#handlers = handlers;
    this.#pages = new Pages(new URL("api/streams/", baseUrl).href, address);
    this.#feed = new Feed(new URL("hubs/streams", baseUrl).href, address, {
      batch: batch => this.#receive(batch),
      state: (state, code) => this.#feedChanged(state, code),
      replaced: () => this.#replaced(),
    });
  }

  open() {
    this.#feed.open();
    void this.#count();
  }

  close() {
    clearTimeout(this.#recount);
    this.#feed.close();
    this.#pages.close();
  }

  get counts() {
    return this.#counts;
  }

  get head() {
    return this.#head;
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
    this.#show(this.#tail);
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
      if (!this.#run) this.#show(this.#tail);
      return;
    }
    const run = new Run(page.events, offset - 1, page.scannedThroughOffset);
    this.#connect(run);
    this.#show(run);
    this.#handlers.sought(offset);
  }

  async readOlder() {
    const run = this.#run;
    if (!run || run.atStart || this.older !== "idle") return;
    this.older = "loading";
    const page = await this.#read(() => this.#pages.before(run.low + 1), () => run === this.#run && (this.older = "failed"));
    if (!page || run !== this.#run) return;
    this.older = "idle";
    run.prepend(page.events, page.atEnd ? 0 : page.scannedThroughOffset - 1);
    this.#handlers.changed();
  }

  async readNewer() {
    const run = this.#run;
    if (!run || !this.#tail || this.attached || this.newer !== "idle" || this.#connect(run)) return;
    this.newer = "loading";
    const page = await this.#read(() => this.#pages.after(run.high), () => run === this.#run && (this.newer = "failed"));
    if (!page || run !== this.#run) return;
    this.newer = "idle";
    run.append(page.events, page.scannedThroughOffset);
    this.#connect(run);
    this.#handlers.changed();
  }

  /** Lets failed edges be asked for again: the reader pressed Retry, or the server is back. */
  retry() {
    if (this.older === "failed") this.older = "idle";
    if (this.newer === "failed") this.newer = "idle";
    this.#handlers.changed();
  }

  /**
   * Forgets what is far from the rows shown.
   * @param {number} from
   * @param {number} to Positions of the rows.
   */
  trim(from, to) {
    const run = this.#run;
    if (!run || run === this.#tail || run.length <= runEvents) return;
    if (from - run.first > run.end - to) run.keepNewest(Math.max(runEvents, run.end - from));
    else run.keepOldest(Math.max(runEvents, to - run.first));
  }

  /**
   * Joins a run with the tail where they touch; answers whether they do.
   * @param {Run} run
   */
  #connect(run) {
    const tail = this.#tail;
    if (!tail || run.high < tail.low) return false;
    run.append(tail.events, tail.high);
    return true;
  }

  /** @param {Run | null} run */
  #show(run) {
    if (run === this.#run) return;
    this.#run = run;
    this.older = "idle";
    this.newer = "idle";
    this.#handlers.changed();
  }

  /** @param {StreamBatch} batch */
  #receive(batch) {
    this.#head = Math.max(this.#head, batch.headOffset);
    this.#counts.arrive(batch);
    const through = batch.scannedThroughOffset;
    if (!this.#tail) {
      this.#tail = new Run(batch.events, batch.events.length > 0 ? batch.events[0].offset - 1 : through, through);
      if (this.#run) this.#connect(this.#run);
      else if (this.#seeks === this.#shownSeek) this.#run = this.#tail;
    } else {
      // A run nobody trims, in a hidden tab, parts from the tail instead of growing for ever.
      const follows = this.attached && this.#run !== this.#tail && (this.#run?.length ?? 0) < 2 * runEvents;
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
    if (state === "live") this.retry();
    // A refused handshake tells a browser nothing; an ordinary request says whether the session has ended.
    else if (state === "away") void this.#count();
    this.#handlers.feed(state, code);
  }

  #replaced() {
    this.#tail = null;
    this.#run = null;
    this.#head = 0;
    this.#counts = new Counts();
    this.older = this.newer = "idle";
    void this.#count();
    this.#handlers.replaced();
  }

  async #count() {
    const counts = this.#counts;
    clearTimeout(this.#recount);
    const answer = await this.#read(() => this.#pages.count(), () => {
      if (counts.matched === null) this.#recount = setTimeout(() => void this.#count(), recountMs);
    });
    if (!answer || counts !== this.#counts) return;
    counts.answer(answer);
    this.#handlers.changed();
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

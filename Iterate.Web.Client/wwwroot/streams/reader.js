// @ts-check
import { Counts } from "./counts.js";
import { Feed } from "./feed.js";
import { Pages } from "./pages.js";
import { Reading } from "./reading.js";
import { Run, unfolded } from "./run.js";
import { Search } from "./search.js";

/**
 * @import { EdgeState } from "./edge.js"
 * @import { FeedState } from "./feed.js"
 * @import { Folding } from "./run.js"
 * @import { StreamAddress, StreamBatch, StreamEvent } from "./types.js"
 */

/** Newest events kept while following, so that leaving the tail and coming back cost no request. */
const tailEvents = 512;
/** A run nobody trims, in a hidden tab, parts from the tail instead of growing for ever. */
const untrimmedRows = 8_192;

/**
 * @typedef {object} ReaderHandlers
 * @property {() => void} changed Events, counts or an edge changed.
 * @property {(events: number) => void} arrived So many matching events were committed after the tail was first seen.
 * @property {(offset: number) => void} sought `run` is now around this offset.
 * @property {(state: FeedState) => void} feed
 * @property {() => void} replaced All that was read is void; a new tail follows.
 */

/**
 * What is known of a stream seen through a filter: the tail, kept current by the feed, and the run that is read, folded
 * into rows. They are the same object while following, unless there is something to fold. No document in here.
 */
export class StreamReader {
  #address;
  #pages;
  #feed;
  #folding;
  #handlers;
  /** @type {Counts} */
  #counts;
  /** @type {Search | null} Only where no index can count. */
  #search;
  /** @type {Run | null} */
  #tail = null;
  /** @type {Reading | null} */
  #reading = null;
  #seeks = 0;
  #shownSeek = 0;
  #head = 0;

  /**
   * @param {string} baseUrl Address of the application.
   * @param {StreamAddress} address
   * @param {Folding} folding
   * @param {ReaderHandlers} handlers
   */
  constructor(baseUrl, address, folding, handlers) {
    this.#address = address;
    this.#folding = folding;
    this.#handlers = handlers;
    this.#search = Search.of(this.#address);
    this.#pages = new Pages(new URL("api/streams/", baseUrl).href, address, () => this.#end());
    this.#counts = this.#newCounts();
    this.#feed = new Feed(new URL("hubs/streams", baseUrl).href, address, {
      batch: batch => this.#receive(batch),
      state: state => this.#feedChanged(state),
      replaced: () => this.#replaced(),
    });
  }

  open() {
    this.#feed.open();
    void this.#counts.ask();
  }

  close() {
    this.#search?.stop();
    this.#counts.close();
    this.#feed.close();
    this.#pages.close();
  }

  get pages() {
    return this.#pages;
  }

  get counts() {
    return this.#counts;
  }

  /** How far a filter has looked that no index can answer; null where counts are exact at once. */
  get search() {
    return this.#search;
  }

  get head() {
    return this.#head;
  }

  /** Rows may stand for several events. */
  get isFolded() {
    return this.#folding !== unfolded;
  }

  get older() {
    return this.#reading?.older ?? "idle";
  }

  get newer() {
    return this.#reading?.newer ?? "idle";
  }

  /** What is read; null until something has arrived. */
  get run() {
    return this.#reading?.run ?? null;
  }

  /** The run ends at the newest event in scope. */
  get attached() {
    return this.#tail !== null && this.run !== null && this.run.high >= this.#tail.high;
  }

  /** Reads the tail itself: what is read is trimmed as new events come. */
  join() {
    this.#shownSeek = ++this.#seeks;
    if (!this.isFolded || !this.attached) this.#show(this.#foldedTail);
  }

  /** Keeps what is read apart from the tail, so that it can grow upwards. */
  leave() {
    if (this.#tail && this.run === this.#tail) this.#show(this.#tail.copy());
  }

  /** Another place is on its way. */
  get seeking() {
    return this.#seeks > this.#shownSeek;
  }

  /**
   * Reads from an offset on. Seeks are numbered: an answer is shown unless a newer one is already (requirement S-212).
   * @param {number} offset
   */
  async seek(offset) {
    const seek = ++this.#seeks;
    const { run } = this;
    if (run && run !== this.#tail && run.low < offset && offset <= run.high) {
      this.#shownSeek = seek;
      this.#handlers.sought(offset);
      return;
    }
    const low = this.#address.scope.clamp(offset - 1);
    const page = await this.#pages.at(low);
    if (seek < this.#shownSeek) return;
    this.#shownSeek = seek;
    if (!page) {
      // Nowhere to go, for example beyond the head: what was shown stays, else the tail stands in.
      if (run) this.#handlers.changed();
      else this.#show(this.#foldedTail);
      return;
    }
    this.#search?.look(low, page.scannedThroughOffset, page.events);
    this.#show(new Run(this.#folding, page.events, this.#floor(low), page.scannedThroughOffset));
    if (this.#tail) this.#reading?.connect(this.#tail);
    this.#handlers.sought(offset);
  }

  readOlder() {
    void this.#reading?.readOlder();
  }

  readNewer() {
    if (this.#tail) void this.#reading?.readNewer(this.#tail);
  }

  /** Looks on whether or not rows are missing. */
  async searchOn() {
    this.resume("paused");
    await this.#search?.goOn(offset => this.#pages.before(offset), (low, high, events) => {
      if (this.run?.low === high) this.run.prepend(events, low);
      this.#handlers.changed();
    });
    this.#handlers.changed();
  }

  stopSearch() {
    this.#search?.stop();
    this.#reading?.pause();
    this.#handlers.changed();
  }

  /**
   * Lets more be asked for: the reader said so, or the server is back.
   * @param {EdgeState} state Of the edges that go on.
   */
  resume(state) {
    this.#reading?.resume(state);
    this.#handlers.changed();
  }

  /**
   * Forgets what is far from the rows shown.
   * @param {number} from
   * @param {number} to Positions of the rows.
   */
  trim(from, to) {
    if (this.run !== this.#tail) this.#reading?.trim(from, to);
  }

  /** The tail, to be read: itself, or folded. */
  get #foldedTail() {
    const tail = this.#tail;
    if (!tail || !this.isFolded) return tail;
    return new Run(this.#folding, /** @type {readonly StreamEvent[]} */ (tail.rows), tail.low, tail.high);
  }

  /** @param {number} low Nothing before the scope is seen, so its bound is as good as the start of the stream. */
  #floor(low) {
    return low <= this.#address.scope.low ? 0 : low;
  }

  #newCounts() {
    return new Counts(() => this.#pages.count(), () => this.#handlers.changed());
  }

  /** @param {Run | null} run */
  #show(run) {
    if (run === this.run) return;
    this.#reading = run && new Reading(run, this.#pages, {
      looked: (low, high, events) => this.#search?.look(low, high, events),
      changed: () => this.#handlers.changed(),
    });
    this.#handlers.changed();
  }

  /** @param {StreamBatch} batch */
  #receive(batch) {
    const { scope } = this.#address;
    const events = scope.clip(batch.events);
    const through = scope.clamp(batch.scannedThroughOffset);
    this.#head = Math.max(this.#head, batch.headOffset);
    this.#counts.arrive(batch);
    this.#search?.reach(this.#head);
    if (!this.#tail) {
      const low = scope.clamp(batch.events.length > 0 ? batch.events[0].offset - 1 : through);
      this.#search?.look(low, through, events);
      this.#tail = new Run(unfolded, events, this.#floor(low), through);
      if (this.#reading) this.#reading.connect(this.#tail);
      else if (this.#seeks === this.#shownSeek) this.#show(this.#foldedTail);
    } else {
      const run = this.attached && this.run !== this.#tail ? this.run : null;
      this.#search?.look(this.#tail.high, through, events);
      this.#tail.append(events, through);
      if (run && run.length < untrimmedRows) run.append(events, through);
      if (this.#tail.length > 2 * tailEvents) this.#tail.keepNewest(tailEvents);
      this.#handlers.arrived(events.length);
    }
    this.#handlers.changed();
  }

  /** @param {FeedState} state */
  #feedChanged(state) {
    if (state === "live") this.resume("failed");
    // A refused handshake tells a browser nothing; an ordinary request says whether the session has ended.
    else if (state === "away") void this.#counts.ask();
    this.#handlers.feed(state);
  }

  #replaced() {
    this.#tail = null;
    this.#reading = null;
    this.#head = 0;
    this.#search = Search.of(this.#address);
    this.#counts.close();
    this.#counts = this.#newCounts();
    void this.#counts.ask();
    this.#handlers.replaced();
  }

  #end() {
    this.close();
    this.#handlers.feed("ended");
    this.#handlers.changed();
  }
}

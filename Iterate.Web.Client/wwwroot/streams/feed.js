// @ts-check
import { HubStream } from "./hub.js";

/** @import { StreamAddress, StreamBatch } from "./types.js" */

/** Newest matching events asked for in the first message: the first answer is the tail (requirement S-208). */
const tailLength = 200;
const backoffMs = [0, 500, 1_000, 2_000, 5_000];
/** A connection that held so long was a good one: the next is tried at once. */
const steadyMs = 5_000;
const codePattern = /\b(unauthenticated|forbidden|not-found|stream-replaced|stream-deleted|cursor-ahead|too-many-followers)\b/;

/**
 * @typedef {"connecting" | "live" | "away" | "missing" | "ended"} FeedState
 *   `missing`: no such stream yet, asked again; `ended`: will not come back by itself.
 *
 * @typedef {object} FeedHandlers
 * @property {(batch: StreamBatch) => void} batch
 * @property {(state: FeedState, code: string | null) => void} state
 * @property {() => void} replaced The stream was deleted and created anew: what was read is of another stream.
 */

/** Follows a stream for ever: resumes after the last offset scanned, so nothing is missed and nothing comes twice. */
export class Feed {
  #url;
  #address;
  #handlers;
  /** @type {HubStream | null} */
  #stream = null;
  /** @type {{ streamId: string, afterOffset: number } | null} */
  #cursor = null;
  #attempt = 0;
  #openedAt = 0;
  /** @type {FeedState} */
  #state = "connecting";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} url
   * @param {StreamAddress} address
   * @param {FeedHandlers} handlers
   */
  constructor(url, address, handlers) {
    this.#url = url;
    this.#address = address;
    this.#handlers = handlers;
  }

  open() {
    this.#openedAt = performance.now();
    const { project, path, types, contains } = this.#address;
    const start = this.#cursor ?? { tail: tailLength };
    const filter = { ...(types.length > 0 ? { types } : {}), ...(contains === "" ? {} : { contains }) };
    this.#stream = new HubStream(this.#url, "Follow", { project, path, ...start, filter }, {
      item: batch => this.#receive(batch),
      end: error => this.#lost(error?.match(codePattern)?.[1] ?? null),
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#stream = null;
  }

  /** @param {StreamBatch} batch */
  #receive(batch) {
    this.#cursor = { streamId: batch.streamId, afterOffset: batch.scannedThroughOffset };
    this.#handlers.batch(batch);
    this.#enter("live", null);
  }

  /** @param {string | null} code */
  #lost(code) {
    this.#stream = null;
    if (performance.now() - this.#openedAt > steadyMs) this.#attempt = 0;
    if (code === "unauthenticated" || code === "forbidden" || code === "stream-deleted") {
      this.#enter("ended", code);
    } else if (this.#cursor && (code === "stream-replaced" || code === "cursor-ahead")) {
      this.#cursor = null;
      this.#handlers.replaced();
      this.#retry();
    } else {
      this.#enter(code === "not-found" ? "missing" : "away", code);
      this.#retry();
    }
  }

  /**
   * @param {FeedState} state
   * @param {string | null} code
   */
  #enter(state, code) {
    if (state === this.#state) return;
    this.#state = state;
    this.#handlers.state(state, code);
  }

  #retry() {
    const wait = backoffMs[Math.min(this.#attempt++, backoffMs.length - 1)];
    this.#timer = setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
  }
}

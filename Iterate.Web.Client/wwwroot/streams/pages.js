// @ts-check
import { membersShown } from "./members.js";

/** @import { CountResponse, ReadResponse, StreamAddress, StreamEvent, StreamMark } from "./types.js" */

const pageLimit = 512;
/** Enough for the first frame at a new place, and a quarter of the way there. */
const placeLimit = 128;

/**
 * Reads the stream by key, a page at a time, with the session cookie. A page that does not come is null: the server did
 * not answer or refused, or nobody wants it any more.
 */
export class Pages {
  #base;
  #address;
  #ended;
  #abort = new AbortController();

  /**
   * @param {string} base Address of the group, ending in `/`.
   * @param {StreamAddress} address
   * @param {() => void} ended The session has.
   */
  constructor(base, address, ended) {
    this.#base = base;
    this.#address = address;
    this.#ended = ended;
  }

  /**
   * @param {number} offset Exclusive.
   * @returns {Promise<ReadResponse | null>} Events in descending order.
   */
  before(offset) {
    return this.between(this.#address.scope.low, offset, true, pageLimit);
  }

  /**
   * @param {number} offset Exclusive.
   * @returns {Promise<ReadResponse | null>} Events in ascending order.
   */
  after(offset) {
    return this.between(offset, this.#address.scope.to + 1, false, pageLimit);
  }

  /**
   * The first screens of a place that was jumped to.
   * @param {number} offset Exclusive.
   * @returns {Promise<ReadResponse | null>} Events in ascending order.
   */
  at(offset) {
    return this.between(offset, this.#address.scope.to + 1, false, placeLimit);
  }

  /**
   * @param {number} after Exclusive.
   * @param {number} before Exclusive; may be infinite.
   * @param {boolean} backward The newest of them, in descending order.
   * @param {number} limit
   * @returns {Promise<ReadResponse | null>}
   */
  between(after, before, backward, limit) {
    const { types, contains } = this.#address;
    return this.#get("read", {
      types,
      afterOffset: after,
      ...before < Infinity && { beforeOffset: before },
      direction: backward ? "backward" : "forward",
      limit,
      ...contains !== "" && { contains },
    });
  }

  /**
   * Members of a group.
   * @param {number} after Exclusive.
   * @param {number} before Exclusive.
   * @param {boolean} backward
   * @returns {Promise<StreamEvent[] | null>} Ascending.
   */
  async members(after, before, backward) {
    const page = await this.between(after, before, backward, membersShown);
    return page && (backward ? page.events.reverse() : page.events);
  }

  /**
   * Counts by type; what is inside events is not looked at.
   * @returns {Promise<CountResponse | null>}
   */
  count() {
    return this.#get("count", { types: this.#address.types });
  }

  /**
   * Events spread evenly over the whole stream, the first and the newest among them.
   * @param {number} marks
   * @returns {Promise<StreamMark[] | null>}
   */
  async marks(marks) {
    return (await this.#get("locate", { marks }))?.marks ?? null;
  }

  /** Nothing that was asked for is wanted any more; what is open ends in null. */
  close() {
    this.#abort.abort();
  }

  /**
   * @param {string} method
   * @param {object} parameters
   */
  async #get(method, parameters) {
    const { project, path } = this.#address;
    const query = new URLSearchParams({ project, path });
    for (const [name, value] of Object.entries(parameters)) {
      for (const one of [value].flat()) query.append(name, String(one));
    }
    try {
      const response = await fetch(`${this.#base}${method}?${query}`, {
        signal: this.#abort.signal,
        headers: { accept: "application/json" },
      });
      if (response.status === 401) this.#ended();
      return response.ok ? await response.json() : null;
    } catch (error) {
      // The line is down, or nobody waits any more; anything else is a fault in here.
      if (error instanceof TypeError || error instanceof SyntaxError || error instanceof DOMException) return null;
      throw error;
    }
  }
}

// @ts-check

/** @import { CountResponse, ReadResponse, StreamAddress } from "./types.js" */

const pageLimit = 512;

/** A refusal of the API: problem+json with a code, or a server that did not answer. */
export class ApiProblem extends Error {
  /**
   * @param {string} code
   * @param {string} detail
   */
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

/** Reads the stream by key, a page at a time, with the session cookie. */
export class Pages {
  #base;
  #address;
  #abort = new AbortController();

  /**
   * @param {string} base Address of the group, ending in `/`.
   * @param {StreamAddress} address
   */
  constructor(base, address) {
    this.#base = base;
    this.#address = address;
  }

  /**
   * @param {number} offset Exclusive.
   * @returns {Promise<ReadResponse>} Events in descending order.
   */
  before(offset) {
    return this.#get("read", { beforeOffset: offset, direction: "backward", limit: pageLimit });
  }

  /**
   * @param {number} offset Exclusive.
   * @returns {Promise<ReadResponse>} Events in ascending order.
   */
  after(offset) {
    return this.#get("read", { afterOffset: offset, direction: "forward", limit: pageLimit });
  }

  /**
   * @param {number} after Exclusive.
   * @param {number} before Exclusive.
   * @param {boolean} backward The newest of them, in descending order.
   * @param {number} limit
   * @returns {Promise<ReadResponse>}
   */
  between(after, before, backward, limit) {
    return this.#get("read", { afterOffset: after, beforeOffset: before, direction: backward ? "backward" : "forward", limit });
  }

  /** @returns {Promise<CountResponse>} */
  count() {
    return this.#get("count", {});
  }

  /** Nothing that was asked for is wanted any more; open requests reject with an AbortError. */
  close() {
    this.#abort.abort();
  }

  /**
   * @param {string} method
   * @param {Record<string, string | number>} parameters
   */
  async #get(method, parameters) {
    const { project, path, types } = this.#address;
    const query = new URLSearchParams({ project, path });
    for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
    for (const type of types) query.append("types", type);
    const response = await fetch(`${this.#base}${method}?${query}`, {
      signal: this.#abort.signal,
      headers: { accept: "application/json" },
    });
    if (response.ok) return response.json();
    const problem = await response.json().catch(() => ({}));
    throw new ApiProblem(problem.code ?? "unavailable", problem.detail ?? `The server answered ${response.status}.`);
  }
}

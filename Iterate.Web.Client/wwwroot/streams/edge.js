// @ts-check

/** @typedef {"idle" | "loading" | "failed" | "paused"} EdgeState `paused`: goes on when the reader says so. */

/** One end of what is read, and whether more of it may be asked for: one request at a time, and none after a failure. */
export class Edge {
  #patience;
  /** Pages since the last that brought a row. */
  #fruitless = 0;
  #stopped = false;
  /** @type {EdgeState} */
  #state = "idle";

  /** @param {number} patience Pages in a row that may bring no row before somebody is asked whether to go on. */
  constructor(patience) {
    this.#patience = patience;
  }

  get state() {
    return this.#state;
  }

  begin() {
    this.#state = "loading";
  }

  /** @param {number} rows That a page has brought. */
  loaded(rows) {
    this.#fruitless = rows > 0 ? 0 : this.#fruitless + 1;
    this.#state = this.#stopped || this.#fruitless >= this.#patience ? "paused" : "idle";
  }

  fail() {
    this.#state = "failed";
  }

  /** What is under way still arrives. */
  pause() {
    this.#stopped = true;
    if (this.#state === "idle") this.#state = "paused";
  }

  /** @param {EdgeState} state Only an edge in this state goes on. */
  resume(state) {
    if (this.#state !== state) return;
    this.#stopped = false;
    this.#state = "idle";
    this.#fruitless = 0;
  }
}

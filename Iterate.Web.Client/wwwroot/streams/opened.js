// @ts-check

/** Most rows remembered of a stream; the oldest choice is forgotten first. */
const most = 200;

/**
 * Offsets of the rows opened in place, per stream, kept by the tab: they stay open when their row is dropped, in other
 * views and filters, and when the page loads itself again after its server has gone (requirement S-165).
 */
export class Opened {
  #key;
  /** @type {Set<number>} */
  #offsets;

  /** @param {string} stream What tells it from all others. */
  constructor(stream) {
    this.#key = `iterate:opened:${stream}`;
    this.#offsets = new Set(JSON.parse(sessionStorage.getItem(this.#key) ?? "[]"));
  }

  /** @param {number} offset */
  has(offset) {
    return this.#offsets.has(offset);
  }

  /** @param {number} offset */
  add(offset) {
    this.#offsets.add(offset);
    this.#save();
  }

  /** @param {number} offset */
  delete(offset) {
    this.#offsets.delete(offset);
    this.#save();
  }

  #save() {
    sessionStorage.setItem(this.#key, JSON.stringify([...this.#offsets].slice(-most)));
  }
}

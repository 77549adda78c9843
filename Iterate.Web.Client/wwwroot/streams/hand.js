// @ts-check

/** Without input and movement for so long, what moves next is not the reader. */
const quietMs = 180;

/**
 * @typedef {object} HandHandlers
 * @property {(direction: number) => void} input -1 when it may move the list up, 1 when down.
 * @property {() => void} rested
 */

/** The reader's hand on the list: wheel, touch, mouse and keys, and for how long they count (requirement S-151). */
export class Hand {
  #handlers;
  #touching = false;
  #active = false;
  #activeAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} scroller
   * @param {HandHandlers} handlers
   * @param {AbortSignal} signal
   */
  constructor(scroller, handlers, signal) {
    this.#handlers = handlers;
    const listen = { signal, passive: true };
    scroller.addEventListener("wheel", event => event.ctrlKey || this.move(Math.sign(event.deltaY)), listen);
    scroller.addEventListener("touchstart", () => { this.#touching = true; this.move(-1); }, listen);
    for (const end of /** @type {const} */ (["touchend", "touchcancel"])) {
      scroller.addEventListener(end, event => { this.#touching = event.touches.length > 0; this.#touch(); }, listen);
    }
    scroller.addEventListener("pointerdown", event => event.pointerType === "mouse" && this.move(-1), listen);
    scroller.addEventListener("keydown", event => {
      if (event.key === "ArrowUp" || (event.key === " " && event.shiftKey)) this.move(-1);
      else if (event.key === "ArrowDown" || event.key === " ") this.move(1);
    }, listen);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** The reader moves the list, or has just done so. */
  get isOn() {
    return this.#active;
  }

  /** @param {number} direction -1 when it may move the list up. */
  move(direction) {
    this.#touch();
    this.#handlers.input(direction);
  }

  /** The list has moved under the hand. */
  moved() {
    this.#activeAt = performance.now();
  }

  #touch() {
    this.moved();
    this.#active = true;
    this.#timer ??= setTimeout(() => this.#rest(), quietMs);
  }

  #rest() {
    this.#timer = undefined;
    const left = quietMs - (performance.now() - this.#activeAt);
    if (this.#touching || left > 0) {
      this.#timer = setTimeout(() => this.#rest(), Math.max(left, 16));
      return;
    }
    this.#active = false;
    this.#handlers.rested();
  }
}

// @ts-check

/** @import { RowWindow } from "./window.js" */
import { offsetOf } from "./rows.js";

/** The reader leaves the tail beyond, and joins it within, this many pixels from the end (requirement S-152). */
const tailDistance = 24;
/** Without input and movement for so long, what moves next is not the reader. */
const quietMs = 180;
/** Of a wheel that counts in lines. */
const lineHeight = 16;
const upKeys = new Set(["ArrowUp", "PageUp"]);
const downKeys = new Set(["ArrowDown", "PageDown", " "]);

/**
 * @typedef {object} ScrollHandlers
 * @property {() => boolean} atTail The last row in the document is the newest there is.
 * @property {(following: boolean) => void} changed
 * @property {(held: boolean) => void} held The rows must stay as they are until the reader has decided.
 * @property {() => void} moved The visible rows may be others, or data held back may be applied.
 */

/**
 * The only writer of the scroll position. It knows two ways to keep the list still: pinned to the end while
 * following, else a row anchored to its place on the screen. Which of them holds is decided by real input alone;
 * a scroll event counts only while the reader's hand is on the list (requirements S-149 to S-155).
 */
export class ScrollAuthority {
  #scroller;
  #window;
  #handlers;
  #abort = new AbortController();
  #resizes = new ResizeObserver(() => {
    if (this.#active) this.#sync();
    this.settle();
  });
  #following = true;
  /** The reader has begun to move up but is still near the end: neither pinned nor gone, rows stay as they are. */
  #held = false;
  /** @type {{ offset: number, delta: number } | null} */
  #anchor = null;
  #lastTop = 0;
  #direction = -1;
  #touching = false;
  #active = false;
  #activeAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} scroller
   * @param {RowWindow} window
   * @param {ScrollHandlers} handlers
   */
  constructor(scroller, window, handlers) {
    this.#scroller = scroller;
    this.#window = window;
    this.#handlers = handlers;
    const listen = { signal: this.#abort.signal, passive: true };
    scroller.addEventListener("scroll", () => this.#scrolled(), listen);
    scroller.addEventListener("wheel", event => event.ctrlKey || this.#input(Math.sign(event.deltaY)), listen);
    scroller.addEventListener("touchstart", () => { this.#touching = true; this.#input(-1); }, listen);
    for (const end of /** @type {const} */ (["touchend", "touchcancel"])) {
      scroller.addEventListener(end, event => { this.#touching = event.touches.length > 0; this.#touch(); }, listen);
    }
    scroller.addEventListener("pointerdown", event => event.pointerType === "mouse" && this.#input(-1), listen);
    scroller.addEventListener("keydown", event => {
      if (upKeys.has(event.key) || (event.key === " " && event.shiftKey)) this.#input(-1);
      else if (downKeys.has(event.key)) this.#input(1);
    }, listen);
    document.addEventListener("selectionchange", () => this.#selected(), listen);
    this.#resizes.observe(scroller);
    for (const part of scroller.children) this.#resizes.observe(part);
  }

  close() {
    this.#abort.abort();
    this.#resizes.disconnect();
    clearTimeout(this.#timer);
  }

  get following() {
    return this.#following;
  }

  /** While true nothing may be added to or taken from the rows. */
  get held() {
    return this.#held;
  }

  /** Which way the reader moved last: -1 up, 1 down. */
  get direction() {
    return this.#direction;
  }

  get distanceFromEnd() {
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller;
    return Math.max(0, scrollHeight - clientHeight - scrollTop);
  }

  /**
   * The wheel was turned over something that lies on the list.
   * @param {WheelEvent} event
   */
  turn(event) {
    if (event.ctrlKey) return;
    const unit = [1, lineHeight, this.#scroller.clientHeight][event.deltaMode];
    this.#input(Math.sign(event.deltaY));
    this.#scroller.scrollBy({ top: event.deltaY * unit });
  }

  /** Joins the tail: End, Jump to latest, the Follow toggle. */
  follow() {
    this.release();
    if (this.#following) return;
    this.#following = true;
    this.#direction = -1;
    this.#handlers.changed(true);
  }

  /** The input was a press, not a scroll: nothing is held back any longer. */
  release() {
    if (!this.#held) return;
    this.#held = false;
    this.#handlers.held(false);
  }

  /** Leaves the tail where it is. */
  leave() {
    this.#held = false;
    if (!this.#following) return;
    this.#capture();
    this.#following = false;
    this.#handlers.changed(false);
  }

  /**
   * Changes the document and puts the list back where the reader had it, in the same frame.
   * @param {() => void} mutate
   */
  around(mutate) {
    // An animated scroll moves on before its event is delivered; unseen it would be undone.
    this.#sync();
    mutate();
    this.settle();
  }

  /** Restores the end or the anchored row after anything that may have moved it. */
  settle() {
    if (this.#scroller.clientHeight === 0) return;
    if (this.#following && !this.#held) {
      this.#write(this.#scroller.scrollHeight);
      return;
    }
    const item = this.#anchor && this.#window.itemOf(this.#anchor.offset);
    if (!item || !this.#anchor) {
      this.#capture();
      return;
    }
    const moved = this.#topOf(item) - this.#anchor.delta;
    if (Math.abs(moved) > 0.1) this.#write(this.#scroller.scrollTop + moved);
  }

  /**
   * Makes an event the first visible one; takes effect with the next `settle`.
   * @param {number} offset
   */
  anchorTo(offset) {
    this.#direction = 1;
    this.#anchor = { offset, delta: 0 };
  }

  /** Shows the very start. */
  toStart() {
    this.#write(0);
    this.#capture();
  }

  /** Takes the first visible row as the anchor, wherever the last write got it. */
  reanchor() {
    this.#capture();
  }

  /**
   * Brings a row into view because the reader moved the focus to it.
   * @param {HTMLElement} item
   */
  reveal(item) {
    const top = this.#topOf(item);
    const over = top + item.offsetHeight - this.#scroller.clientHeight;
    const by = top < 0 || item.offsetHeight > this.#scroller.clientHeight ? top : Math.max(0, over);
    if (by !== 0) this.#write(this.#scroller.scrollTop + by);
    if (this.#following && this.distanceFromEnd > tailDistance) this.leave();
    else this.#capture();
    this.#handlers.moved();
  }

  /** @param {number} direction -1 when the input may move the list up. */
  #input(direction) {
    this.#touch();
    if (direction < 0 && this.#following && !this.#held) {
      this.#held = true;
      this.#capture();
      this.#handlers.held(true);
    } else if (direction > 0) {
      this.#joinIfNear();
    }
  }

  #touch() {
    this.#activeAt = performance.now();
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
    this.release();
    this.#handlers.moved();
  }

  #scrolled() {
    this.#sync();
    this.#handlers.moved();
  }

  /** Takes in how far the list has moved since it was last looked at. */
  #sync() {
    const by = this.#scroller.scrollTop - this.#lastTop;
    if (by === 0) return;
    this.#lastTop = this.#scroller.scrollTop;
    if (this.#active) {
      this.#activeAt = performance.now();
      this.#direction = Math.sign(by);
      if (!this.#following) {
        if (by > 0) this.#joinIfNear();
      } else if (by < 0 && this.distanceFromEnd > tailDistance) {
        this.leave();
      }
    }
    if (!this.#following || this.#held) this.#capture();
  }

  #joinIfNear() {
    if (!this.#following && this.distanceFromEnd <= tailDistance && this.#handlers.atTail()) this.follow();
  }

  #selected() {
    const selection = getSelection();
    if (this.#following && selection && !selection.isCollapsed && this.#scroller.contains(selection.anchorNode)) this.leave();
  }

  #capture() {
    const item = this.#window.itemBelow(this.#scroller.getBoundingClientRect().top + this.#scroller.clientTop);
    this.#anchor = item && { offset: offsetOf(item), delta: this.#topOf(item) };
  }

  /** @param {HTMLElement} item */
  #topOf(item) {
    return item.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - this.#scroller.clientTop;
  }

  /** @param {number} top */
  #write(top) {
    this.#scroller.scrollTop = top;
    this.#lastTop = this.#scroller.scrollTop;
  }
}

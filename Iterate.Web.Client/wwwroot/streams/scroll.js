// @ts-check

import { Hand } from "./hand.js";
import { offsetOf } from "./cells.js";

/** @import { RowWindow } from "./window.js" */

/** The reader leaves the tail beyond, and joins it within, this many pixels from the end (requirement S-152). */
const tailDistance = 24;
/** Of a wheel that counts in lines. */
const lineHeight = 16;
/** Of a screen, by PgUp and PgDn: what was at the edge is still to be seen. */
const pageShare = 0.9;

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
    if (this.#hand.isOn) this.#sync();
    this.settle();
  });
  #following = true;
  /** The reader has begun to move up but is still near the end: neither pinned nor gone, rows stay as they are. */
  #held = false;
  /** @type {{ offset: number, delta: number } | null} */
  #anchor = null;
  #lastTop = 0;
  #direction = -1;
  #hand;

  /**
   * @param {HTMLElement} scroller
   * @param {RowWindow} window
   * @param {ScrollHandlers} handlers
   */
  constructor(scroller, window, handlers) {
    this.#scroller = scroller;
    this.#window = window;
    this.#handlers = handlers;
    const { signal } = this.#abort;
    this.#hand = new Hand(scroller, { input: direction => this.#input(direction), rested: () => this.#rested() }, signal);
    scroller.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    document.addEventListener("selectionchange", () => this.#selected(), { signal });
    this.#resizes.observe(scroller);
    for (const part of scroller.children) this.#resizes.observe(part);
  }

  close() {
    this.#abort.abort();
    this.#resizes.disconnect();
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
    this.#move(event.deltaY * unit);
  }

  /**
   * PgUp (-1) or PgDn (1) was pressed.
   * @param {number} screens
   */
  page(screens) {
    this.#move(screens * pageShare * this.#scroller.clientHeight);
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

  /**
   * At least a part of it is on the screen.
   * @param {Element} row
   */
  shows(row) {
    const screen = this.#scroller.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    return bottom > screen.top && top < screen.bottom;
  }

  /** @param {number} by */
  #move(by) {
    this.#hand.move(Math.sign(by));
    this.#scroller.scrollBy({ top: by });
  }

  /** @param {number} direction -1 when the input may move the list up. */
  #input(direction) {
    if (direction < 0 && this.#following && !this.#held) {
      this.#held = true;
      this.#capture();
      this.#handlers.held(true);
    } else if (direction > 0) {
      this.#joinIfNear();
    }
  }

  #rested() {
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
    if (this.#hand.isOn) {
      this.#hand.moved();
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

// @ts-check
import { formatNumber } from "./format.js";

/** A release so close to the bottom means the tail. */
const tailShare = 0.995;
const keySteps = new Map([["ArrowUp", -0.01], ["ArrowDown", 0.01], ["PageUp", -0.1], ["PageDown", 0.1]]);

/**
 * @typedef {object} ScrubberHandlers
 * @property {(offset: number) => Promise<void>} seek Resolves when the place is shown or was given up.
 * @property {() => void} follow
 */

/** The position in the whole stream, by offset; what a scrollbar cannot show for a list that is only partly there. */
export class Scrubber {
  #track;
  #thumb;
  #label;
  #handlers;
  #head = 0;
  #share = 1;
  #dragging = false;
  #seeking = false;
  /** @type {number | null} */
  #wanted = null;

  /**
   * @param {HTMLElement} track
   * @param {HTMLElement} thumb
   * @param {HTMLElement} label
   * @param {ScrubberHandlers} handlers
   * @param {AbortSignal} signal
   */
  constructor(track, thumb, label, handlers, signal) {
    this.#track = track;
    this.#thumb = thumb;
    this.#label = label;
    this.#handlers = handlers;
    track.addEventListener("pointerdown", event => this.#pressed(event), { signal });
    track.addEventListener("pointermove", event => this.#dragging && this.#drag(event.clientY), { signal });
    track.addEventListener("pointerup", () => this.#released(), { signal });
    track.addEventListener("pointercancel", () => this.#released(), { signal });
    track.addEventListener("keydown", event => this.#keyed(event), { signal });
  }

  /**
   * @param {number | null} offset The first visible event; null at the tail.
   * @param {number} head
   */
  show(offset, head) {
    this.#head = head;
    this.#track.hidden = head < 2;
    if (this.#dragging || head < 2) return;
    this.#place(offset === null ? 1 : (offset - 1) / (head - 1), offset === null);
  }

  /**
   * @param {number} share 0 is the first event, 1 the newest.
   * @param {boolean} live
   */
  #place(share, live) {
    if (this.#share === share && this.#track.ariaValueMax === String(this.#head)) return;
    this.#share = share;
    const offset = this.#offset;
    this.#thumb.style.setProperty("--it-share", String(share));
    this.#thumb.toggleAttribute("data-live", live);
    this.#track.ariaValueMin = "1";
    this.#track.ariaValueMax = String(this.#head);
    this.#track.ariaValueNow = String(offset);
    this.#track.ariaValueText = live ? "At the tail" : `${formatNumber(offset)} of ${formatNumber(this.#head)}`;
    this.#label.textContent = formatNumber(offset);
  }

  get #offset() {
    return 1 + Math.round(this.#share * (this.#head - 1));
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    if (event.button !== 0) return;
    this.#track.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.#label.hidden = false;
    if (event.target !== this.#thumb) this.#drag(event.clientY);
  }

  /** @param {number} y */
  #drag(y) {
    const track = this.#track.getBoundingClientRect();
    const size = this.#thumb.offsetHeight;
    this.#place(Math.min(1, Math.max(0, (y - track.top - size / 2) / (track.height - size))), false);
    void this.#seek(this.#offset);
  }

  #released() {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.#label.hidden = true;
    if (this.#share >= tailShare) {
      this.#wanted = null;
      this.#handlers.follow();
    }
  }

  /** @param {KeyboardEvent} event */
  #keyed(event) {
    const step = keySteps.get(event.key);
    if (event.key === "End" || (step !== undefined && this.#share + step >= 1)) this.#handlers.follow();
    else if (event.key === "Home") void this.#seek(1);
    else if (step !== undefined) {
      this.#place(Math.max(0, this.#share + step), false);
      void this.#seek(this.#offset);
    } else return;
    event.preventDefault();
  }

  /**
   * One request at a time: places on the way are shown as fast as they come, the last one always.
   * @param {number} offset
   */
  async #seek(offset) {
    this.#wanted = offset;
    if (this.#seeking) return;
    this.#seeking = true;
    while (this.#wanted !== null) {
      const next = this.#wanted;
      this.#wanted = null;
      await this.#handlers.seek(next);
    }
    this.#seeking = false;
  }
}

// @ts-check
import { setHidden, setText } from "./changes.js";
import { formatDay, formatNumber } from "./format.js";

/** @import { StreamMark } from "./types.js" */

/** Time labels beside the track (requirement S-159). */
const markCount = 8;
/** Times are asked for again once the stream has grown by this much. */
const markGrowth = 1.125;

/** A release so close to the bottom means the tail. */
const tailShare = 0.995;
const keySteps = new Map([["ArrowUp", -0.01], ["ArrowDown", 0.01], ["PageUp", -0.1], ["PageDown", 0.1]]);

/**
 * @typedef {object} ScrubberHandlers
 * @property {(offset: number) => Promise<void>} seek Resolves when the place is shown or was given up.
 * @property {() => void} follow
 * @property {(count: number) => Promise<StreamMark[] | null>} marks
 */

/** The position in the whole stream, by offset; what a scrollbar cannot show for a list that is only partly there. */
export class Scrubber {
  #track;
  #thumb;
  #label;
  #marks;
  #handlers;
  #head = 0;
  /** Length of the stream the marks are of. */
  #markedHead = 0;
  /** Of the place last shown. */
  #day = "";
  #share = 1;
  #dragging = false;
  #seeking = false;
  /** @type {number | null} */
  #wanted = null;

  /**
   * @param {{ track: HTMLElement, thumb: HTMLElement, label: HTMLElement, marks: HTMLElement }} parts
   * @param {ScrubberHandlers} handlers
   * @param {AbortSignal} signal
   */
  constructor({ track, thumb, label, marks }, handlers, signal) {
    this.#track = track;
    this.#thumb = thumb;
    this.#label = label;
    this.#marks = marks;
    this.#handlers = handlers;
    track.addEventListener("pointerdown", event => this.#pressed(event), { signal });
    track.addEventListener("pointermove", event => this.#dragging && this.#drag(event.clientY), { signal });
    track.addEventListener("pointerup", () => this.#released(), { signal });
    track.addEventListener("pointercancel", () => this.#released(), { signal });
    for (const near of ["pointerenter", "focus"]) track.addEventListener(near, () => void this.#mark(), { signal });
    track.addEventListener("keydown", event => this.#keyed(event), { signal });
  }

  /**
   * @param {number | null} offset The first visible event; null at the tail.
   * @param {number} head
   * @param {string} createdAt Of the first visible event.
   */
  show(offset, head, createdAt) {
    this.#head = head;
    setHidden(this.#track, head < 2);
    if (head >= 2 && this.#markedHead === 0) void this.#mark();
    this.#day = formatDay(createdAt, new Date());
    if (this.#dragging) this.#say();
    if (this.#dragging || head < 2) return;
    this.#place(offset === null ? 1 : (offset - 1) / (head - 1), offset === null);
  }

  /**
   * @param {number} share 0 is the first event, 1 the newest.
   * @param {boolean} live
   */
  #place(share, live) {
    if (this.#share === share && this.#track.ariaValueMax === String(this.#head)) return;
    if (share !== this.#share) this.#thumb.style.setProperty("--it-share", String(share));
    this.#share = share;
    const offset = this.#offset;
    this.#thumb.toggleAttribute("data-live", live);
    this.#track.ariaValueMin = "1";
    this.#track.ariaValueMax = String(this.#head);
    this.#track.ariaValueNow = String(offset);
    this.#track.ariaValueText = live ? "At the tail" : `${formatNumber(offset)} of ${formatNumber(this.#head)}`;
    this.#say();
  }

  #say() {
    setText(this.#label, `${this.#day} · ${formatNumber(this.#offset)}`);
  }

  async #mark() {
    const head = this.#head;
    if (head >= this.#markedHead && head < this.#markedHead * markGrowth) return;
    this.#markedHead = head;
    const marks = await this.#handlers.marks(markCount);
    if (!marks) return;
    const now = new Date();
    this.#marks.replaceChildren(...marks.map(({ offset, createdAt }) => {
      const mark = document.createElement("span");
      const label = document.createElement("span");
      mark.className = "it-scrubber-mark";
      mark.style.setProperty("--it-share", String((offset - 1) / Math.max(1, head - 1)));
      label.textContent = formatDay(createdAt, now);
      mark.append(label);
      return mark;
    }));
  }

  get #offset() {
    return 1 + Math.round(this.#share * (this.#head - 1));
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    if (event.button !== 0) return;
    this.#track.setPointerCapture(event.pointerId);
    this.#dragging = true;
    this.#track.toggleAttribute("data-dragging", true);
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
    this.#track.toggleAttribute("data-dragging", false);
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

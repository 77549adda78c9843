// @ts-check
import { offsetOf } from "./cells.js";
import { setAttribute } from "./changes.js";
import { Run, unfolded } from "./run.js";

/** @import { Rows } from "./rows.js" */

/** Rows of a full chunk. */
export const chunkRows = 64;

/** @typedef {{ element: HTMLElement, from: number, to: number }} Chunk Positions [from, to) of the run. */

/** The rows in the document: a contiguous part of a run, in chunks that are built once and dropped whole. */
export class RowWindow {
  #list;
  #rows;
  #run = new Run(unfolded, [], 0, 0);
  /** @type {Chunk[]} */
  #chunks = [];

  /**
   * @param {HTMLElement} list
   * @param {Rows} rows
   */
  constructor(list, rows) {
    this.#list = list;
    this.#rows = rows;
  }

  get run() {
    return this.#run;
  }

  /** Position of the first row; equals `to` if there is none. */
  get from() {
    return this.#chunks[0]?.from ?? this.#run.first;
  }

  /** Position after the last row. */
  get to() {
    return this.#chunks.at(-1)?.to ?? this.from;
  }

  /** Offset of the last row, which may have been forgotten by the run. */
  get lastOffset() {
    return offsetOf(/** @type {Element} */ (this.bottomChunk.element.lastElementChild));
  }

  get count() {
    return this.to - this.from;
  }

  get topChunk() {
    return this.#chunks[0];
  }

  get bottomChunk() {
    return this.#chunks[this.#chunks.length - 1];
  }

  /**
   * Shows other rows: [from, to) of a run.
   * @param {Run} run
   * @param {number} from
   * @param {number} to
   */
  reset(run, from, to) {
    this.#keepFocus(this.#list);
    this.#run = run;
    this.#chunks = [];
    this.#list.replaceChildren();
    for (let at = from; at < to; at += chunkRows) this.#chunks.push(this.#chunk(at, Math.min(at + chunkRows, to)));
    this.#list.append(...this.#chunks.map(chunk => chunk.element));
  }

  /**
   * Shows other rows, [from, to) of a run, in the items that are there: far cheaper than new ones.
   * @param {Run} run
   * @param {number} from
   * @param {number} to
   */
  reuse(run, from, to) {
    this.#keepFocus(this.#list);
    this.#run = run;
    const used = this.#chunks;
    this.#chunks = [];
    let at = from;
    for (const { element } of used) {
      const end = Math.min(to, at + element.childElementCount);
      while (element.childElementCount > end - at) element.lastElementChild?.remove();
      if (at === end) {
        element.remove();
        continue;
      }
      this.#chunks.push({ element, from: at, to: end });
      setAttribute(element, "data-first", String(run.at(at).offset));
      for (const item of [...element.children]) {
        this.#rows.reuse(/** @type {HTMLElement} */ (item), run.at(at), run.at(at - 1), run.isPartial(at));
        at++;
      }
    }
    this.growDown(to - at);
  }

  /** The focus is on one of the rows. */
  get focused() {
    return this.#list.contains(document.activeElement);
  }

  /**
   * Goes on with another run in which the rows shown have the same positions; answers whether it is one.
   * @param {Run} run
   */
  adopt(run) {
    const last = this.to - 1;
    const same = this.count > 0 && this.from >= run.first && run.at(last)?.offset === this.#run.at(last).offset;
    if (same) this.#run = run;
    return same;
  }

  /** Paints the rows at either end again: with what has come since, the groups there may have grown. */
  refresh() {
    for (const position of [this.from, this.to - 1]) {
      const item = this.itemAt(position);
      if (item) this.#rows.update(item, this.#run.at(position), this.#run.isPartial(position));
    }
  }

  /**
   * Adds a chunk above; answers how many rows it has.
   * @param {number} count At most a full chunk.
   */
  growUp(count) {
    const to = this.from;
    const from = Math.max(this.#run.first, to - Math.min(count, chunkRows));
    if (from >= to) return 0;
    const chunk = this.#chunk(from, to);
    const follower = this.#chunks[0]?.element.firstElementChild;
    // The first row was built before the one above it was known.
    if (follower) this.#rows.setDelta(/** @type {HTMLElement} */ (follower), this.#run.at(to), this.#run.at(to - 1));
    this.#chunks.unshift(chunk);
    this.#list.prepend(chunk.element);
    return to - from;
  }

  /**
   * Adds rows below; answers how many.
   * @param {number} count
   */
  growDown(count) {
    const start = this.to;
    const end = Math.min(this.#run.end, start + count);
    let at = start;
    const last = this.#chunks.at(-1);
    if (last && last.to - last.from < chunkRows) {
      at = Math.min(end, last.from + chunkRows);
      last.element.append(this.#build(last.to, at));
      last.to = at;
    }
    for (; at < end; at = this.to) {
      const chunk = this.#chunk(at, Math.min(end, at + chunkRows));
      this.#chunks.push(chunk);
      this.#list.append(chunk.element);
    }
    return end - start;
  }

  dropTop() {
    this.#drop(/** @type {Chunk} */ (this.#chunks.shift()));
  }

  dropBottom() {
    this.#drop(/** @type {Chunk} */ (this.#chunks.pop()));
  }

  /**
   * The list item of an event, if it is in the document.
   * @param {number} offset
   */
  itemOf(offset) {
    const position = this.#run.positionOf(offset);
    return this.#run.at(position)?.offset === offset ? this.itemAt(position) : null;
  }

  /** @param {number} position */
  itemAt(position) {
    const chunk = this.#chunks.find(({ from, to }) => from <= position && position < to);
    return chunk ? /** @type {HTMLElement} */ (chunk.element.children[position - chunk.from]) : null;
  }

  /**
   * The first list item that reaches below a height.
   * @param {number} y In viewport coordinates.
   */
  itemBelow(y) {
    const chunk = this.#chunks.find(({ element }) => element.getBoundingClientRect().bottom > y);
    if (!chunk) return null;
    const items = chunk.element.children;
    let from = 0;
    let to = items.length - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (items[middle].getBoundingClientRect().bottom > y) to = middle;
      else from = middle + 1;
    }
    return /** @type {HTMLElement} */ (items[from]);
  }

  /**
   * @param {number} from
   * @param {number} to
   * @returns {Chunk}
   */
  #chunk(from, to) {
    const element = document.createElement("div");
    element.className = "it-chunk";
    element.role = "presentation";
    element.dataset.testid = "event-chunk";
    element.dataset.first = String(this.#run.at(from).offset);
    element.append(this.#build(from, to));
    return { element, from, to };
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #build(from, to) {
    const fragment = document.createDocumentFragment();
    for (let at = from; at < to; at++) fragment.append(this.#rows.build(this.#run.at(at), this.#run.at(at - 1), this.#run.isPartial(at)));
    return fragment;
  }

  /** @param {Chunk} chunk */
  #drop(chunk) {
    this.#keepFocus(chunk.element);
    chunk.element.remove();
  }

  /**
   * A focused row that goes leaves the focus with the list, so that its keys still work.
   * @param {HTMLElement} going
   */
  #keepFocus(going) {
    if (going.contains(document.activeElement)) this.#list.parentElement?.focus({ preventScroll: true });
  }
}

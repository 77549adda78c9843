// @ts-check
import { offsetOf, rowOf } from "./cells.js";
import { fill } from "./fill.js";
import { membersShown } from "./members.js";
import { ScrollAuthority } from "./scroll.js";
import { RowWindow } from "./window.js";

/**
 * @import { StreamReader } from "./reader.js"
 * @import { Rows } from "./rows.js"
 * @import { Row, Run } from "./run.js"
 */

/** Most rows in the document, whatever the size of the stream (requirement S-145); those of an open group among them. */
const mostRows = 320;

/** Rows kept where the list rests, in screens: a fling up starts on rows that are there. */
const restScreens = 2.5;
/** The same while events pour in, until the reader's hand is on the list (requirement S-210). */
const floodScreens = 1.5;
/** Of the rows kept, that must have come at once to be a flood: all rows are shown anew, in the items that are there. */
const floodShare = 0.25;
/** Rows left in memory beyond the document when the next page is asked for; a row of the feed may take many pages. */
const readAheadRows = 256;
const readAheadGroups = 16;
/** Until there is a row to measure. */
const usualRowHeight = 44;

/**
 * @typedef {object} ViewHandlers
 * @property {(following: boolean) => void} following
 * @property {() => void} moved The reader moved; a frame is wanted.
 */

/** Puts events on the screen: decides each frame which rows of the run are in the document. */
export class View {
  #scroller;
  #reader;
  #window;
  #rows;
  #maxRows;
  #scroll;
  #moved;
  /** @type {number | null} */
  #sought = null;
  /** The row sought may still be short of its place because what is below it has not come. */
  #aligning = false;
  #anchored = 0;
  /** What came faster than it could be shown. @type {{ after: number, count: number } | null} */
  #skipped = null;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {StreamReader} reader
   * @param {Rows} rows
   * @param {ViewHandlers} handlers
   */
  constructor(scroller, list, reader, rows, handlers) {
    this.#scroller = scroller;
    this.#reader = reader;
    this.#rows = rows;
    this.#moved = handlers.moved;
    this.#maxRows = reader.isFolded ? mostRows - membersShown : mostRows;
    this.#window = new RowWindow(list, this.#rows);
    this.#window.reset(this.#window.run, 0, 0);
    this.#scroll = new ScrollAuthority(scroller, this.#window, {
      atTail: () => reader.attached && this.#window.to === reader.run?.end,
      changed: handlers.following,
      held: held => {
        if (held) this.#makeRoom();
        else reader.join();
      },
      moved: handlers.moved,
    });
  }

  close() {
    this.#scroll.close();
  }

  get scroll() {
    return this.#scroll;
  }

  get window() {
    return this.#window;
  }

  get rows() {
    return this.#rows;
  }

  /** Events after an offset that were passed over while following, because more than a window came at once (requirement S-158). */
  get skipped() {
    return this.#skipped;
  }

  /** The first row on the screen. */
  get topRow() {
    const item = this.#window.itemBelow(this.#scroller.getBoundingClientRect().top);
    return item && this.#window.run.at(this.#window.run.positionOf(offsetOf(item)));
  }

  /** What shows at the two ends of the rows. */
  get edges() {
    const { run, older, newer, attached } = this.#reader;
    const loading = /** @type {const} */ ("loading");
    if (!run) return { above: loading, below: /** @type {const} */ ("none") };
    const above = this.#window.from > run.first ? "none" : run.atStart ? "start" : older;
    const below = this.#window.to < run.end ? "none" : attached ? "live" : newer;
    return { above, below };
  }

  /**
   * From the next frame on the first visible event is the one at or after an offset.
   * @param {number} offset
   */
  seek(offset) {
    this.#sought = offset;
  }

  /**
   * Applies what has arrived, trims, and puts the list back in place: once per animation frame.
   * @param {() => void} paint What else changes heights in this frame.
   */
  frame(paint) {
    if (this.#scroll.held) {
      paint();
      return;
    }
    this.#scroll.around(() => {
      const { run } = this.#reader;
      if (run && this.#scroller.clientHeight > 0) {
        if (this.#scroll.following) this.#followTail(run);
        else this.#read(run);
      } else if (!run && this.#window.count > 0) {
        this.#window.reset(this.#window.run, 0, 0);
      }
      paint();
    });
    const { run } = this.#reader;
    if (this.#aligning && run?.atStart && this.#anchored === run.at(run.first).offset) {
      this.#aligning = false;
      this.#scroll.toStart();
    } else if (this.#aligning && (this.#scroll.distanceFromEnd > 0 || this.#reader.attached)) {
      this.#aligning = false;
      this.#scroll.reanchor();
    }
  }

  /** Items of the rows that are at least partly on the screen. */
  get itemsOnScreen() {
    return [...this.#scroller.querySelectorAll(".it-item")].filter(item => this.#scroll.shows(rowOf(item)));
  }

  /**
   * Opens or closes a row in place.
   * @param {HTMLElement} item
   */
  toggle(item) {
    const offset = offsetOf(item);
    this.#scroll.release();
    const isGroup = this.#rows.isGroup(item);
    if (isGroup) this.#scroll.leave();
    this.#scroll.around(() => this.#rows.toggle(item));
    const { top } = this.#scroller.getBoundingClientRect();
    const below = item.getBoundingClientRect().top - top;
    const isLong = isGroup && rowOf(item).ariaExpanded === "true" && below > this.#scroller.clientHeight / 2;
    if (isLong || (this.#scroll.following && below < 0)) {
      // Taller than what is left of the screen: its top counts, and the tail has to wait (requirement S-166).
      this.#scroll.leave();
      this.#scroll.anchorTo(offset);
      this.#scroll.settle();
    }
  }

  /**
   * Marks the row whose detail the page shows.
   * @param {number | null} offset
   */
  select(offset) {
    this.#rows.select(offset);
    this.#scroller.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const item = offset === null ? null : this.#window.itemOf(offset);
    if (item) rowOf(item).setAttribute("aria-current", "true");
  }

  /**
   * Moves the focus to the row above (-1) or below (1) the focused one.
   * @param {number} by
   */
  moveFocus(by) {
    const rows = [...this.#scroller.querySelectorAll(".it-row")];
    const at = rows.findIndex(row => row === document.activeElement && this.#scroll.shows(row));
    const next = at >= 0 ? rows[at + by] : this.#scroll.following ? rows.at(-1) : rows.find(row => this.#scroll.shows(row));
    if (!(next instanceof HTMLElement)) return;
    next.focus({ preventScroll: true });
    this.#scroll.reveal(next);
  }

  get #screenRows() {
    const row = this.#scroller.querySelector(".it-row");
    const height = row instanceof HTMLElement ? row.offsetHeight : usualRowHeight;
    return Math.max(1, Math.ceil(this.#scroller.clientHeight / height));
  }

  get #restRows() {
    return Math.min(this.#maxRows / 2, Math.ceil(this.#screenRows * restScreens));
  }

  /** @param {Run} run */
  #followTail(run) {
    const view = this.#window;
    const wanted = this.#restRows;
    const missing = run.end - view.to;
    const goesOn = (view.run === run || view.adopt(run)) && view.count > 0;
    if (goesOn && (missing < wanted * floodShare || (missing < wanted && view.focused))) {
      view.refresh();
      view.growDown(missing);
      while (view.count - (view.topChunk.to - view.topChunk.from) >= wanted) view.dropTop();
      while (view.count < wanted && view.growUp(wanted - view.count) > 0);
    } else {
      const skips = goesOn && missing > this.#maxRows;
      if (skips) {
        this.#skipped = { after: this.#skipped?.after ?? view.lastOffset, count: (this.#skipped?.count ?? 0) + missing - wanted };
      }
      const rows = goesOn && !skips ? Math.ceil(this.#screenRows * floodScreens) : wanted;
      view.reuse(run, Math.max(run.first, run.end - rows), run.end);
    }
    this.#reader.trim(view.from, view.to);
    if (run.length < wanted) this.#reader.readOlder();
  }

  /** The reader's hand is on the list, which is about to move: the rows a flood had no use for are there again. */
  #makeRoom() {
    this.#reader.leave();
    const view = this.#window;
    const { run } = this.#reader;
    const missing = this.#restRows - view.count;
    if (missing <= 0 || !run || (view.run !== run && !view.adopt(run))) return;
    this.#scroll.around(() => view.growUp(missing));
  }

  /** @param {Run} run */
  #read(run) {
    const view = this.#window;
    const rows = this.#restRows;
    this.#skipped = null;
    // The place itself is painted first; what lies around it comes a frame later.
    const arriving = this.#sought !== null && run.length > 0;
    if (this.#sought !== null && arriving) {
      const at = Math.min(run.positionOf(this.#sought), run.end - 1);
      this.#sought = null;
      view.reset(run, at, Math.min(run.end, at + rows));
      this.#anchored = run.at(at).offset;
      this.#scroll.anchorTo(this.#anchored);
      this.#aligning = true;
    } else if ((view.run !== run && !view.adopt(run)) || (view.count === 0 && run.length > 0)) {
      view.reset(run, Math.max(run.first, run.end - rows), run.end);
    } else {
      view.refresh();
    }
    if (arriving) {
      this.#moved();
    } else {
      const goingUp = this.#scroll.direction < 0;
      fill(this.#scroller, view, { goingUp, screenRows: this.#screenRows, maxRows: this.#maxRows, seeking: this.#reader.seeking });
    }
    this.#reader.trim(view.from, view.to);
    const ahead = this.#reader.isFolded ? readAheadGroups : readAheadRows;
    if (view.from - run.first < ahead) this.#reader.readOlder();
    if (run.end - view.to < ahead) this.#reader.readNewer();
  }
}

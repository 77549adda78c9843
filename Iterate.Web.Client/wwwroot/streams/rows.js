// @ts-check
import { newItem, paintCells, paintTime, rowOf } from "./cells.js";
import { setAttribute } from "./changes.js";
import { deltaTone, formatAgo, formatClock, formatDelta, preview } from "./format.js";
import { eventIn, isGroup } from "./groups.js";
import { jsonView } from "./json-view.js";
import { Members } from "./members.js";

/**
 * @import { TimeMode } from "./display.js"
 * @import { MemberSource } from "./members.js"
 * @import { Opened } from "./opened.js"
 * @import { Row } from "./run.js"
 * @import { StreamEvent } from "./types.js"
 */

/**
 * Makes rows out of events, in items that are new or used (requirement S-209). A row is read out as offset, type
 * and delta; the rest is for the eye, and for whoever opens it.
 */
export class Rows {
  #opened;
  #read;
  /** What each list item shows. @type {WeakMap<Element, Row>} */
  #rows = new WeakMap();
  /** When what is above each list item happened. @type {WeakMap<Element, string>} */
  #before = new WeakMap();
  /** @type {TimeMode} */
  #time = "delta";
  /** @type {number | null} */
  #selected = null;
  /** The group that is open: one at a time, so that the document stays small. @type {Members | null} */
  #members = null;

  /**
   * @param {Opened} opened
   * @param {MemberSource["read"]} read Reads the members of a group.
   */
  constructor(opened, read) {
    this.#opened = opened;
    this.#read = read;
  }

  /**
   * @param {Row} row
   * @param {Row | undefined} previous
   * @param {boolean} partial There may be more of its group before it.
   */
  build(row, previous, partial) {
    const item = newItem();
    this.#show(item, row, previous, partial);
    if (isGroup(row)) {
      if (this.#members?.isOf(row)) this.#attach(item, this.#members);
    } else if (this.#opened.has(row.offset)) {
      this.#expand(item, row);
    }
    return item;
  }

  /**
   * Lets an item show another row: its styles are known, only its text is laid out. An open one is built anew.
   * @param {HTMLElement} item
   * @param {Row} row
   * @param {Row | undefined} previous
   * @param {boolean} partial
   */
  reuse(item, row, previous, partial) {
    const opens = isGroup(row) ? this.#members?.isOf(row) : this.#opened.has(row.offset);
    if (opens || item.childElementCount > 1) item.replaceWith(this.build(row, previous, partial));
    else this.#show(item, row, previous, partial);
  }

  /**
   * @param {HTMLElement} item
   * @param {Row} row
   * @param {Row | undefined} previous
   * @param {boolean} partial
   */
  #show(item, row, previous, partial) {
    this.#paint(item, row, partial);
    this.#before.delete(item);
    this.setDelta(item, row, previous);
    setAttribute(rowOf(item), "aria-current", this.#selected === row.offset ? "true" : null);
  }

  /**
   * Paints a row again whose group has changed since.
   * @param {HTMLElement} item
   * @param {Row} row
   * @param {boolean} partial
   */
  update(item, row, partial) {
    if (row === this.#rows.get(item) && item.hasAttribute("data-partial") === partial) return;
    this.#paint(item, row, partial);
    if (isGroup(row) && this.#members?.isOf(row)) this.#members.grow(row);
  }

  /**
   * @param {HTMLElement} item
   * @param {Row} row
   * @param {boolean} partial
   */
  #paint(item, row, partial) {
    this.#rows.set(item, row);
    paintCells(item, row, partial);
  }

  /**
   * @param {HTMLElement} item
   * @param {Row} row
   * @param {Row | undefined} previous
   */
  setDelta(item, row, previous) {
    if (previous) this.#before.set(item, "lastCreatedAt" in previous ? previous.lastCreatedAt : previous.createdAt);
    this.#paintTime(item, row);
  }

  /**
   * Paints the time of rows anew: another mode was chosen, or time has gone on.
   * @param {TimeMode} time
   * @param {Iterable<Element>} items
   */
  setTime(time, items) {
    this.#time = time;
    for (const item of items) this.#paintTime(item, this.#shown(item));
  }

  /**
   * @param {Element} item
   * @param {Row} row
   */
  #paintTime(item, row) {
    const before = this.#before.get(item);
    const elapsed = before === undefined ? undefined : Math.max(0, Date.parse(row.createdAt) - Date.parse(before));
    const tone = this.#time === "delta" && elapsed !== undefined ? deltaTone(elapsed) : undefined;
    const text = this.#time === "local" ? formatClock(row.createdAt)
      : this.#time === "relative" ? formatAgo(row.createdAt, Date.now())
      : elapsed === undefined ? "" : formatDelta(elapsed);
    paintTime(item, text, tone);
  }

  /**
   * A list item as one plain line.
   * @param {Element} item
   * @param {boolean} withTime
   */
  lineOf(item, withTime) {
    const row = this.#shown(item);
    const text = isGroup(row) ? `×${row.count}` : preview(eventIn(row));
    return [...withTime ? [row.offset, row.createdAt] : [], row.type, text].join("\t").trimEnd();
  }

  /**
   * What a list item stands for, as a line of JSON: an event, or what is known of a group.
   * @param {Element} item
   */
  textOf(item) {
    const row = this.#shown(item);
    if (!isGroup(row)) return JSON.stringify(eventIn(row));
    const { type, count, offset, createdAt, lastOffset, lastCreatedAt } = row;
    return JSON.stringify({ type, count, offset, createdAt, lastOffset, lastCreatedAt });
  }

  /** @param {Element} item */
  isGroup(item) {
    return isGroup(this.#shown(item));
  }

  /** @param {HTMLElement} item */
  toggle(item) {
    const row = this.#shown(item);
    const isOpen = rowOf(item).ariaExpanded === "true";
    if (isGroup(row)) {
      this.#closeGroup();
      if (isOpen) return;
      this.#members = new Members(row, { read: this.#read, build: (event, previous) => this.build(event, previous, false) });
      this.#attach(item, this.#members);
    } else if (isOpen) {
      this.#opened.delete(row.offset);
      rowOf(item).ariaExpanded = "false";
      item.lastElementChild?.remove();
    } else {
      this.#opened.add(row.offset);
      this.#expand(item, row);
    }
  }

  #closeGroup() {
    const item = this.#members?.element.parentElement;
    if (item) rowOf(item).ariaExpanded = "false";
    this.#members?.element.remove();
    this.#members = null;
  }

  /**
   * @param {HTMLElement} item
   * @param {Members} members
   */
  #attach(item, members) {
    rowOf(item).ariaExpanded = "true";
    item.append(members.element);
  }

  /** @param {Element} item */
  #shown(item) {
    return /** @type {Row} */ (this.#rows.get(item));
  }

  /** @param {number} offset */
  expand(offset) {
    this.#opened.add(offset);
  }

  /** @param {number | null} offset The row whose detail the page shows; it keeps an accent edge. */
  select(offset) {
    this.#selected = offset;
  }

  /**
   * @param {HTMLElement} item
   * @param {Row} row
   */
  #expand(item, row) {
    rowOf(item).ariaExpanded = "true";
    const detail = document.createElement("div");
    detail.className = "it-row-detail";
    const { payload, metadata, source, idempotencyKey } = eventIn(row);
    const rest = Object.fromEntries(Object.entries({ idempotencyKey, source, metadata }).filter(([, value]) => value != null));
    const bare = Object.keys(rest).length === 0;
    if (payload === undefined && bare) detail.append("No payload");
    else detail.append(jsonView(payload === undefined ? rest : bare ? payload : { payload, ...rest }));
    item.append(detail);
  }
}

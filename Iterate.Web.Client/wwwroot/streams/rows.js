// @ts-check
import { deltaTone, formatClock, formatDelta, formatNumber, preview } from "./format.js";
import { jsonView } from "./json-view.js";

/** @import { StreamEvent } from "./types.js" */

const failedType = /(^|-)(failed|error|errored)(-occurred)?$/;

const template = document.createElement("template");
template.innerHTML = `
  <div class="it-item" role="listitem"><div class="it-row" role="button" tabindex="-1" data-testid="event-row" aria-expanded="false"
    ><span class="it-row-offset"></span><span class="it-row-body"><span class="it-row-type"
    ><span class="it-row-owner"></span><span class="it-row-fact"></span></span><span class="it-row-preview" aria-hidden="true"></span></span><time class="it-row-clock" aria-hidden="true"
    ></time><span class="it-row-delta"></span></div></div>`;

/**
 * Makes rows out of events. Event data only ever becomes text (requirement S-209). A row is read out as offset, type
 * and delta; the rest is for the eye, and for whoever opens it.
 */
export class Rows {
  /** Offsets of rows expanded in place; they stay open when their row is dropped and built again (requirement S-165). */
  #expanded = new Set();
  /** What each list item shows. @type {WeakMap<Element, StreamEvent>} */
  #events = new WeakMap();
  /** @type {number | null} */
  #selected = null;

  /**
   * @param {StreamEvent} event
   * @param {StreamEvent | undefined} previous
   */
  build(event, previous) {
    const item = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (template.content.firstElementChild).cloneNode(true));
    const row = rowOf(item);
    this.#events.set(item, event);
    const [offset, body, clock] = /** @type {HTMLCollectionOf<HTMLElement>} */ (row.children);
    const [type, summary] = body.children;
    const slash = event.type.lastIndexOf("/") + 1;
    const name = event.type.slice(slash);
    row.dataset.offset = String(event.offset);
    row.dataset.type = event.type;
    if (failedType.test(name)) row.dataset.failed = "";
    offset.textContent = formatNumber(event.offset);
    type.children[0].textContent = event.type.slice(0, slash);
    type.children[1].textContent = name;
    summary.textContent = preview(event);
    clock.setAttribute("datetime", event.createdAt);
    clock.textContent = formatClock(event.createdAt);
    this.setDelta(item, event, previous);
    if (this.#expanded.has(event.offset)) this.#expand(item, event);
    if (this.#selected === event.offset) row.setAttribute("aria-current", "true");
    return item;
  }

  /**
   * @param {HTMLElement} item
   * @param {StreamEvent} event
   * @param {StreamEvent | undefined} previous
   */
  setDelta(item, event, previous) {
    if (!previous) return;
    const delta = /** @type {HTMLElement} */ (rowOf(item).lastElementChild);
    const elapsed = Math.max(0, Date.parse(event.createdAt) - Date.parse(previous.createdAt));
    const tone = deltaTone(elapsed);
    delta.textContent = formatDelta(elapsed);
    if (tone) delta.dataset.delta = tone;
  }

  /** @param {Element} item */
  eventOf(item) {
    return /** @type {StreamEvent} */ (this.#events.get(item));
  }

  /** @param {HTMLElement} item */
  toggle(item) {
    const event = this.eventOf(item);
    if (this.#expanded.delete(event.offset)) {
      rowOf(item).setAttribute("aria-expanded", "false");
      item.lastElementChild?.remove();
    } else {
      this.#expanded.add(event.offset);
      this.#expand(item, event);
    }
  }

  /** @param {number} offset */
  expand(offset) {
    this.#expanded.add(offset);
  }

  /** @param {number | null} offset The row whose detail the page shows; it keeps an accent edge. */
  select(offset) {
    this.#selected = offset;
  }

  /**
   * @param {HTMLElement} item
   * @param {StreamEvent} event
   */
  #expand(item, event) {
    rowOf(item).setAttribute("aria-expanded", "true");
    const detail = document.createElement("div");
    detail.className = "it-row-detail";
    const { payload, metadata, source, idempotencyKey } = event;
    const rest = Object.fromEntries(Object.entries({ idempotencyKey, source, metadata }).filter(([, value]) => value != null));
    const bare = Object.keys(rest).length === 0;
    if (payload === undefined && bare) detail.append("No payload");
    else detail.append(jsonView(payload === undefined ? rest : bare ? payload : { payload, ...rest }));
    item.append(detail);
  }
}

/**
 * The row inside a list item.
 * @param {Element} item
 */
export function rowOf(item) {
  return /** @type {HTMLElement} */ (item.firstElementChild);
}

/**
 * The offset a list item shows.
 * @param {Element} item
 */
export function offsetOf(item) {
  return Number(rowOf(item).dataset.offset);
}

// @ts-check
import { setAttribute, setText } from "./changes.js";
import { formatClock, formatNumber, preview } from "./format.js";
import { eventIn, isGroup } from "./groups.js";

/**
 * @import { Group } from "./groups.js"
 * @import { Row } from "./run.js"
 */

const failedType = /(^|-)(failed|error|errored)(-occurred)?$/;

const template = document.createElement("template");
template.innerHTML = `
  <div class="it-item" role="listitem"><div class="it-row" role="button" tabindex="-1" data-testid="event-row" aria-expanded="false"
    ><span class="it-row-offset"></span><span class="it-row-body"><span class="it-row-type"
    ><span class="it-row-owner"></span><span class="it-row-fact"></span><span class="it-row-count" data-testid="feed-group-count"></span></span><span class="it-row-preview" aria-hidden="true"></span></span><time class="it-row-clock" aria-hidden="true"
    ></time><span class="it-row-delta"></span></div></div>`;
// Each cell has its text from the start, so that it only ever becomes another.
for (const cell of template.content.querySelectorAll(".it-row :is(span, time):empty")) cell.append("");

/** A list item without anything in it. */
export function newItem() {
  return /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (template.content.firstElementChild).cloneNode(true));
}

/**
 * Paints the cells of a list item, new or used; all but how long it took. Event data only ever becomes text.
 * @param {HTMLElement} item
 * @param {Row} row
 * @param {boolean} partial There may be more of its group before it.
 */
export function paintCells(item, row, partial) {
  const element = rowOf(item);
  const [offset, body, clock] = element.children;
  const [type, summary] = body.children;
  const [owner, fact, count] = type.children;
  const slash = row.type.lastIndexOf("/") + 1;
  const name = row.type.slice(slash);
  item.toggleAttribute("data-partial", partial);
  element.toggleAttribute("data-failed", failedType.test(name));
  setAttribute(element, "data-testid", testIdOf(row));
  setAttribute(element, "data-offset", String(row.offset));
  setAttribute(element, "data-type", row.type);
  setText(offset, formatNumber(row.offset));
  setText(owner, row.type.slice(0, slash));
  setText(fact, name);
  setText(count, isGroup(row) ? `×${formatNumber(row.count)}${partial ? "+" : ""}` : "");
  setText(summary, isGroup(row) ? extent(row) : preview(eventIn(row)));
  setAttribute(clock, "datetime", row.createdAt);
  setText(clock, formatClock(row.createdAt));
}

/**
 * Paints how long it took, or another time that the reader wants to see.
 * @param {Element} item
 * @param {string} text
 * @param {"slow" | "stall" | undefined} tone
 */
export function paintTime(item, text, tone) {
  const cell = /** @type {Element} */ (rowOf(item).lastElementChild);
  setText(cell, text);
  setAttribute(cell, "data-delta", tone ?? null);
}

/** @param {Row} row */
function testIdOf(row) {
  if ("marker" in row && row.marker) return "feed-marker";
  return isGroup(row) ? "feed-group" : "event-row";
}

/**
 * "12,395–12,408 · 9:37:02–9:38:10"
 * @param {Group} group
 */
function extent({ offset, lastOffset, createdAt, lastCreatedAt }) {
  const [from, to] = [formatClock(createdAt), formatClock(lastCreatedAt)];
  return `${formatNumber(offset)}–${formatNumber(lastOffset)} · ${from === to ? from : `${from}–${to}`}`;
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

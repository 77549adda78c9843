// @ts-check
import { chunkRows } from "./window.js";

/** @import { RowWindow } from "./window.js" */

/** Rows kept in the document beyond the screen, in screens, ahead of and behind the reader (requirement S-211). */
const aheadScreens = 8;
const behindScreens = 2;

/**
 * Grows the rows towards the reader's direction and drops far chunks where the limit asks for it.
 * @param {HTMLElement} scroller
 * @param {RowWindow} view
 * @param {{ goingUp: boolean, screenRows: number, maxRows: number, seeking: boolean }} reading
 */
export function fill(scroller, view, { goingUp, screenRows, maxRows, seeking }) {
  const height = scroller.clientHeight;
  const rowHeight = height / screenRows;
  const ahead = Math.min(aheadScreens * screenRows, (maxRows - chunkRows - screenRows) * 0.75) * rowHeight;
  const behind = Math.min(behindScreens * screenRows, (maxRows - chunkRows - screenRows) * 0.25) * rowHeight;
  let up = scroller.scrollTop;
  let down = scroller.scrollHeight - up - height;
  // Who is about to be elsewhere needs no more than what is at hand.
  const most = seeking ? height : Infinity;
  const wantUp = Math.min(most, goingUp ? ahead : behind);
  const wantDown = Math.min(most, goingUp ? behind : ahead);
  while (up < wantUp) {
    while (view.count + chunkRows > maxRows && down - view.bottomChunk.element.offsetHeight >= Math.min(behind, height)) {
      down -= view.bottomChunk.element.offsetHeight;
      view.dropBottom();
    }
    const grown = view.count + chunkRows > maxRows ? 0 : view.growUp(chunkRows);
    if (grown === 0) break;
    up += grown * rowHeight;
  }
  while (down < wantDown) {
    while (view.count + chunkRows > maxRows && up - view.topChunk.element.offsetHeight >= Math.min(behind, height)) {
      up -= view.topChunk.element.offsetHeight;
      view.dropTop();
    }
    const grown = view.count + chunkRows > maxRows ? 0 : view.growDown(chunkRows);
    if (grown === 0) break;
    down += grown * rowHeight;
  }
}

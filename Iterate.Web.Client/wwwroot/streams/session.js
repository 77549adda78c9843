// @ts-check
import { grouped } from "./groups.js";
import { Opened } from "./opened.js";
import { isFiltered } from "./place.js";
import { StreamReader } from "./reader.js";
import { Rows } from "./rows.js";
import { unfolded } from "./run.js";
import { Scope } from "./scope.js";
import { View } from "./view.js";

/**
 * @import { FeedState } from "./feed.js"
 * @import { Frame } from "./frame.js"
 * @import { Place } from "./place.js"
 */

/**
 * @typedef {object} SessionHandlers
 * @property {() => void} changed Something is to be painted.
 * @property {(events: number) => void} arrived
 * @property {(following: boolean) => void} following
 */

/** One stream on the screen, in one view and seen through one filter. */
export class Session {
  /** @type {FeedState} */
  feed = "connecting";
  /** Events that came since the tail was left. */
  unread = 0;

  /**
   * @param {Frame} frame
   * @param {{ project: string, path: string }} stream
   * @param {Place} place
   * @param {SessionHandlers} handlers
   */
  constructor(frame, { project, path }, place, handlers) {
    this.place = place;
    this.scope = new Scope(place.from, place.to);
    const address = { project, path, types: place.types, contains: place.text, scope: this.scope };
    this.reader = new StreamReader(document.baseURI, address, place.view === "feed" ? grouped : unfolded, {
      changed: handlers.changed,
      arrived: handlers.arrived,
      sought: offset => { this.view.seek(offset); handlers.changed(); },
      feed: state => { this.feed = state; handlers.changed(); },
      replaced: () => { this.view.scroll.follow(); handlers.changed(); },
    });
    const rows = new Rows(new Opened(`${project} ${path}`), (after, before, backward) => this.reader.pages.members(after, before, backward));
    this.view = new View(frame.part("rows"), frame.part("list"), this.reader, rows, {
      following: handlers.following,
      moved: handlers.changed,
    });
  }

  close() {
    this.reader.close();
    this.view.close();
  }

  get filtered() {
    return isFiltered(this.place);
  }

  /** Events that match; null until that is known. */
  get matched() {
    const { search, counts, head } = this.reader;
    if (search) return search.found;
    return this.scope.isWhole ? counts.matched : this.scope.clamp(head) - this.scope.low;
  }

  /** The search goes on: somebody asked for it, or there are rows to fill. */
  get searching() {
    const { search, older } = this.reader;
    return search?.running === true || older === "loading";
  }

  /** @param {number} offset */
  seek(offset) {
    this.view.scroll.leave();
    return this.reader.seek(offset);
  }

  /** Opens the row whose detail the page shows. @param {number | null} offset @param {boolean} inPlace */
  select(offset, inPlace) {
    if (offset !== null && inPlace) this.view.rows.expand(offset);
    this.view.select(offset);
  }
}

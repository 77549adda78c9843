// @ts-check
import { formatNumber, plural } from "./format.js";
import { Frame } from "./frame.js";
import { Keys } from "./keys.js";
import { PlaceWriter, readPlace } from "./place.js";
import { StreamReader } from "./reader.js";
import { offsetOf, rowOf } from "./rows.js";
import { Scrubber } from "./scrubber.js";
import { View } from "./view.js";

/** @import { FeedState } from "./feed.js" */

const announceEveryMs = 5_000;
const countedEveryMs = 500;
/** From this width on a row opens in place; below it the page shows a sheet (requirement S-164). */
const wide = matchMedia("(min-width: 768px)");

/**
 * One stream on the screen, seen through one filter.
 * @typedef {{ reader: StreamReader, view: View, filter: string, feed: FeedState, unread: number }} Session
 */

/**
 * The list of a stream: the one place where the browser draws by itself.
 *
 * Attributes in: `project`, `path`. Address: `types`, `at`, `open`, read again whenever it changes.
 * Events out, bubbling: `row-open` {offset}, `following-changed` {following}, `unread-changed` {count},
 * `counted` {total, matched, byType}, `toast` {type, text}.
 */
export class EventStream extends HTMLElement {
  #frame = new Frame(this);
  #connection = new AbortController();
  #place = new PlaceWriter(null);
  /** @type {Session | null} */
  #session = null;
  /** @type {Scrubber | null} */
  #scrubber = null;
  #unannounced = 0;
  /** Total last told to the page. */
  #counted = -1;
  #animation = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #announcer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #counting;

  connectedCallback() {
    const { types, at, open } = readPlace();
    this.#connection = new AbortController();
    this.#place = new PlaceWriter(at);
    this.#start(types, at);
    this.#select(open);
    this.#listen(this.#connection.signal);
    this.#announcer = setInterval(() => this.#announce(), announceEveryMs);
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#stop();
    this.#place.close();
    clearInterval(this.#announcer);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const rows = this.#frame.part("rows");
    rows.addEventListener("click", event => this.#clicked(event), { signal });
    this.#frame.part("jump").addEventListener("click", () => this.#scroll.follow(), { signal });
    for (const part of ["jump", "scrubber"]) {
      this.#frame.part(part).addEventListener("wheel", event => this.#scroll.turn(event), { signal, passive: true });
    }
    this.#frame.part("follow").addEventListener("click", () => {
      if (this.#scroll.following) this.#scroll.leave();
      else this.#scroll.follow();
    }, { signal });

    this.#scrubber = new Scrubber(this.#frame.part("scrubber"), this.#frame.part("thumb"), this.#frame.part("thumb-label"), {
      seek: async offset => { if (this.#session) await this.#seek(offset); },
      follow: () => this.#scroll.follow(),
    }, signal);

    new Keys(this, {
      home: () => void this.#seek(1),
      end: () => this.#scroll.follow(),
      page: screens => this.#scroll.page(screens),
      moveFocus: by => this.#open.view.moveFocus(by),
      open: item => this.#openRow(item),
      close: item => this.#closeRow(item),
      text: item => JSON.stringify(this.#open.view.rows.eventOf(item)),
      say: text => this.#send("toast", { type: "success", text }),
    }, signal);

    // The page's router pushes addresses without popstate; where the browser cannot tell, the merged page does.
    const { navigation } = /** @type {any} */ (window);
    /** @param {any} [event] */
    const moved = event => this.#placeChanged(event?.type === "popstate" || event?.navigationType === "traverse");
    addEventListener("popstate", moved, { signal });
    navigation?.addEventListener("currententrychange", moved, { signal });
    document.addEventListener("page-merged", moved, { signal });
  }

  /**
   * @param {string[]} types
   * @param {number | null} at
   */
  #start(types, at) {
    const project = this.getAttribute("project") ?? "";
    const path = this.getAttribute("path") ?? "";
    const reader = new StreamReader(document.baseURI, { project, path, types }, {
      changed: () => this.#schedule(),
      arrived: count => this.#arrived(count),
      sought: offset => { view.seek(offset); this.#schedule(); },
      feed: state => { session.feed = state; this.#schedule(); },
      replaced: () => { view.scroll.follow(); this.#schedule(); },
    });
    const view = new View(this.#frame.part("rows"), this.#frame.part("list"), reader, {
      following: following => this.#followingChanged(following),
      moved: () => this.#schedule(),
    });
    /** @type {Session} */
    const session = { reader, view, filter: types.join(","), feed: "connecting", unread: 0 };
    this.#session = session;
    this.#counted = -1;
    if (at !== null) void this.#seek(at);
    reader.open();
    this.#schedule();
  }

  #stop() {
    this.#session?.reader.close();
    this.#session?.view.close();
    this.#session = null;
    cancelAnimationFrame(this.#animation);
    this.#animation = 0;
    clearTimeout(this.#counting);
    this.#counting = undefined;
  }

  get #open() {
    if (!this.#session) throw new Error("<event-stream> is not connected.");
    return this.#session;
  }

  get #scroll() {
    return this.#open.view.scroll;
  }

  /** @param {boolean} traversed */
  #placeChanged(traversed) {
    if (!this.#place.current) return;
    const { types, at, open } = readPlace();
    const { filter, view } = this.#open;
    const wanted = this.#place.wanted(at, traversed);
    if (types.join(",") !== filter) {
      // Another filter keeps the place in time (requirement S-175).
      const here = view.scroll.following ? null : view.topEvent?.offset ?? null;
      this.#stop();
      this.#start(types, wanted ?? here);
    } else if (wanted !== null) {
      void this.#seek(wanted);
    }
    this.#select(open);
  }

  /** @param {number | null} open */
  #select(open) {
    const { view } = this.#open;
    if (open !== null && wide.matches) view.rows.expand(open);
    view.select(open);
  }

  /** @param {number} offset */
  #seek(offset) {
    this.#scroll.leave();
    return this.#open.reader.seek(offset);
  }

  /** @param {boolean} following */
  #followingChanged(following) {
    const { reader } = this.#open;
    if (following) {
      reader.join();
      this.#setUnread(0);
    } else {
      reader.leave();
    }
    this.#send("following-changed", { following });
    this.#schedule();
  }

  /** @param {number} count */
  #arrived(count) {
    this.#unannounced += count;
    if (!this.#scroll.following) this.#setUnread(this.#open.unread + count);
  }

  /** @param {number} count */
  #setUnread(count) {
    if (count === this.#open.unread) return;
    this.#open.unread = count;
    this.#send("unread-changed", { count });
  }

  /** Everything that arrives is applied once per animation frame (requirement S-209). */
  #schedule() {
    if (this.#animation !== 0 || !this.#session) return;
    this.#animation = requestAnimationFrame(() => {
      this.#animation = 0;
      const { reader, view, filter, feed, unread } = this.#open;
      view.frame(() => this.#frame.paintEdges(view, reader, feed, filter !== ""));
      this.#frame.paint(view, reader, feed, unread);
      this.#frame.paintCounts(reader.counts, filter !== "");
      this.#tellCounts();
      const top = view.topEvent;
      const place = view.scroll.following ? null : top?.offset;
      if (place === undefined) return;
      this.#place.set(place);
      this.#scrubber?.show(place, reader.head);
    });
  }

  #tellCounts() {
    const { counts } = this.#open.reader;
    if (counts.matched === null || counts.total === this.#counted) return;
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      this.#counted = counts.total;
      this.#send("counted", { total: counts.total, matched: counts.matched, byType: counts.byType });
    }, countedEveryMs);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-testid=list-retry]")) this.#open.reader.retry();
    const item = target.closest(".it-row")?.parentElement;
    if (item && getSelection()?.isCollapsed !== false) this.#openRow(item);
  }

  /** @param {HTMLElement} item */
  #openRow(item) {
    const { view } = this.#open;
    if (wide.matches) {
      view.toggle(item);
      this.#schedule();
    } else {
      view.select(offsetOf(item));
      this.#send("row-open", { offset: offsetOf(item) });
    }
  }

  /** @param {HTMLElement} item */
  #closeRow(item) {
    const open = rowOf(item).ariaExpanded === "true";
    if (open) this.#openRow(item);
    return open;
  }

  #announce() {
    if (this.#unannounced === 0) return;
    const count = plural(this.#unannounced, "new event");
    this.#unannounced = 0;
    this.#frame.announce(this.#scroll.following ? count : `${count} below, ${formatNumber(this.#open.unread)} unread`);
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #send(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

customElements.define("event-stream", EventStream);

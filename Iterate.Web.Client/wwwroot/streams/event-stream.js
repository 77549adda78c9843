// @ts-check
import { Display } from "./display.js";
import { formatNumber, plural } from "./format.js";
import { Frame } from "./frame.js";
import { Keys } from "./keys.js";
import { isFiltered, PlaceWriter, readPlace, showSame, unfilteredUrl } from "./place.js";
import { offsetOf, rowOf } from "./cells.js";
import { Scrubber } from "./scrubber.js";
import { Session } from "./session.js";

/** @import { Place } from "./place.js" */

const announceEveryMs = 5_000;
const countedEveryMs = 500;
/** From this width on a row opens in place; below it the page shows a sheet (requirement S-164). */
const wide = matchMedia("(min-width: 768px)");

/**
 * The list of a stream: the one place where the browser draws by itself.
 *
 * Attributes in: `project`, `path`. Address: `view`, `types`, `q`, `from`, `to`, `at`, `open`, read again whenever it changes.
 * Events out, bubbling: `row-open` {offset}, `following-changed` {following}, `unread-changed` {count},
 * `counted` {total, matched, byType}, `toast` {type, text}.
 */
export class EventStream extends HTMLElement {
  #frame = new Frame(this);
  #connection = new AbortController();
  #place = new PlaceWriter(null);
  /** @type {Session | null} */
  #session = null;
  /** @type {Display | null} */
  #display = null;
  /** @type {Scrubber | null} */
  #scrubber = null;
  /** Where the reader was before there was a filter; undefined if there always was. @type {number | null | undefined} */
  #unfiltered;
  #unannounced = 0;
  /** Total last told to the page. */
  #counted = -1;
  #animation = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #announcer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #counting;

  connectedCallback() {
    const place = readPlace();
    this.#connection = new AbortController();
    this.#place = new PlaceWriter(place.at);
    this.#display = new Display(this.#frame, { view: () => this.#open.view, say: text => this.#say(text) }, this.#connection.signal);
    this.#start(place, place.at);
    this.#open.select(place.open, wide.matches);
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
    this.#frame.part("skipped").addEventListener("click", () => this.#showSkipped(), { signal });
    this.#frame.part("follow").addEventListener("click", () => {
      if (this.#scroll.following) this.#scroll.leave();
      else this.#scroll.follow();
    }, { signal });

    this.#frame.part("search-on").addEventListener("click", () => void this.#open.reader.searchOn(), { signal });
    this.#frame.part("search-stop").addEventListener("click", () => this.#open.reader.stopSearch(), { signal });

    this.#scrubber = new Scrubber({
      track: this.#frame.part("scrubber"),
      thumb: this.#frame.part("thumb"),
      label: this.#frame.part("thumb-label"),
      marks: this.#frame.part("marks"),
    }, {
      seek: async offset => { await this.#session?.seek(offset); },
      follow: () => this.#scroll.follow(),
      marks: async count => this.#session && this.#session.reader.pages.marks(count),
    }, signal);

    new Keys(this, {
      home: () => void this.#open.seek(1),
      end: () => this.#scroll.follow(),
      page: screens => this.#scroll.page(screens),
      moveFocus: by => this.#open.view.moveFocus(by),
      open: item => this.#openRow(item),
      close: item => this.#closeRow(item),
      text: item => this.#open.view.rows.textOf(item),
      say: text => this.#say(text),
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
   * @param {Place} place
   * @param {number | null} at
   */
  #start(place, at) {
    const stream = { project: this.getAttribute("project") ?? "", path: this.getAttribute("path") ?? "" };
    const session = new Session(this.#frame, stream, place, {
      changed: () => this.#schedule(),
      arrived: count => this.#arrived(count),
      following: following => this.#followingChanged(following),
    });
    this.#session = session;
    this.#display?.apply();
    this.#counted = -1;
    if (at !== null) void session.seek(at);
    session.reader.open();
    this.#schedule();
  }

  #stop() {
    this.#session?.close();
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
    const place = readPlace();
    const { place: shown, view } = this.#open;
    const wanted = this.#place.wanted(place.at, traversed);
    if (!showSame(place, shown)) {
      // Another filter keeps the place in time, and none brings back the one before (requirement S-175).
      const here = view.scroll.following ? null : view.topRow?.offset ?? null;
      const back = isFiltered(shown) && !isFiltered(place) ? this.#unfiltered : undefined;
      if (!isFiltered(shown)) this.#unfiltered = here;
      this.#stop();
      this.#start(place, wanted ?? (back === undefined ? here : back));
    } else if (wanted !== null) {
      void this.#open.seek(wanted);
    }
    this.#open.select(place.open, wide.matches);
  }

  #showSkipped() {
    const { skipped } = this.#open.view;
    if (skipped) void this.#open.seek(skipped.after + 1);
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
      const session = this.#open;
      const { reader, view } = session;
      view.frame(() => this.#frame.paint(session));
      this.#tellCounts();
      const top = view.topRow;
      this.#frame.paintPlace(session, top);
      const place = view.scroll.following ? null : top?.offset;
      if (!top || place === undefined) return;
      this.#place.set(place);
      this.#scrubber?.show(place, reader.head, top.createdAt);
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
    const clear = target.closest("[data-clear-filter]");
    if (clear instanceof HTMLAnchorElement) clear.href = unfilteredUrl();
    if (target.closest("[data-testid=list-retry]")) this.#open.reader.resume("failed");
    if (target.closest("[data-testid=list-continue]")) this.#open.reader.resume("paused");
    const item = target.closest(".it-row")?.parentElement;
    if (item && getSelection()?.isCollapsed !== false) this.#openRow(item);
  }

  /** @param {HTMLElement} item */
  #openRow(item) {
    const { view } = this.#open;
    if (wide.matches || view.rows.isGroup(item)) {
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
    this.#display?.tick();
    if (this.#unannounced === 0) return;
    const count = plural(this.#unannounced, "new event");
    this.#unannounced = 0;
    this.#frame.announce(this.#scroll.following ? count : `${count} below, ${formatNumber(this.#open.unread)} unread`);
  }

  /** @param {string} text */
  #say(text) {
    this.#send("toast", { type: "success", text });
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

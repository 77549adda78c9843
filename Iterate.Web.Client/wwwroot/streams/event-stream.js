// @ts-check
import { formatDay, formatNumber, plural } from "./format.js";
import { PlaceWriter, readPlace } from "./place.js";
import { StreamReader } from "./reader.js";
import { offsetOf, rowOf } from "./rows.js";
import { View } from "./view.js";

/** @import { FeedState } from "./feed.js" */

const announceEveryMs = 5_000;
const countedEveryMs = 500;
/** From this width on a row opens in place; below it the page shows a sheet (requirement S-164). */
const wide = matchMedia("(min-width: 768px)");

/**
 * The list of a stream: the one place where the browser draws by itself.
 *
 * Attributes in: `project`, `path`. Address: `types`, `at`, `open`. Its frame comes with the HTML
 * (EventStreamList.razor); the parts are found by `data-part`.
 * Events out, bubbling: `row-open` {offset}, `following-changed` {following}, `unread-changed` {count},
 * `counted` {total, matched, byType}.
 */
export class EventStream extends HTMLElement {
  /** @type {AbortController | null} */
  #connected = null;
  /** @type {StreamReader | null} */
  #reader = null;
  /** @type {View | null} */
  #view = null;
  /** @type {PlaceWriter | null} */
  #place = null;
  #types = "";
  #unread = 0;
  #unannounced = 0;
  /** Total last told to the page. */
  #counted = -1;
  #frame = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #announcer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #counting;
  /** @type {FeedState} */
  #feed = "connecting";

  connectedCallback() {
    this.#connected = new AbortController();
    const { signal } = this.#connected;
    const place = readPlace();
    this.#place = new PlaceWriter(place.at);
    this.#start(place.types, place.at);
    this.#select(place.open);

    /** @param {any} event */
    const read = event => this.#placeChanged(event?.type === "popstate" || event?.navigationType === "traverse");
    addEventListener("popstate", read, { signal });
    // The page's own router moves without popstate; `enhancedload` says that it has.
    /** @type {any} */ (window).Blazor?.addEventListener?.("enhancedload", read);
    signal.addEventListener("abort", () => /** @type {any} */ (window).Blazor?.removeEventListener?.("enhancedload", read));
    /** @type {any} */ (window).navigation?.addEventListener("currententrychange", read, { signal });

    this.#part("follow").addEventListener("click", () => this.#view?.scroll.following ? this.#view.scroll.leave() : this.#follow(), { signal });
    this.#part("jump").addEventListener("click", () => this.#follow(), { signal });
    const rows = this.#part("rows");
    rows.addEventListener("click", event => this.#clicked(event), { signal });
    rows.addEventListener("keydown", event => this.#pressed(event), { signal });
    this.#announcer = setInterval(() => this.#announce(), announceEveryMs);
  }

  disconnectedCallback() {
    this.#connected?.abort();
    this.#stop();
    this.#place?.close();
    clearInterval(this.#announcer);
  }

  /**
   * @param {string[]} types
   * @param {number | null} at
   */
  #start(types, at) {
    this.#types = types.join(",");
    this.#counted = -1;
    this.#feed = "connecting";
    const reader = new StreamReader(document.baseURI, {
      project: this.getAttribute("project") ?? "",
      path: this.getAttribute("path") ?? "/",
      types,
    }, {
      changed: () => this.#schedule(),
      arrived: count => this.#arrived(count),
      sought: offset => { view.seek(offset); this.#schedule(); },
      feed: state => { this.#feed = state; this.#schedule(); },
      replaced: () => { view.scroll.follow(); this.#schedule(); },
    });
    const view = new View(this.#part("rows"), this.#part("list"), reader, {
      following: following => this.#followingChanged(following),
      moved: () => this.#schedule(),
    });
    this.#reader = reader;
    this.#view = view;
    this.#setUnread(0);
    this.#reflect("following", "true");
    if (at !== null) {
      view.scroll.leave();
      void reader.seek(at);
    }
    reader.open();
    this.#schedule();
  }

  #stop() {
    this.#reader?.close();
    this.#view?.close();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    clearTimeout(this.#counting);
    this.#counting = undefined;
  }

  /** @param {boolean} traversed */
  #placeChanged(traversed) {
    if (!this.#place?.current) return;
    const { types, at, open } = readPlace();
    const wanted = this.#place.wanted(at, traversed);
    if (types.join(",") !== this.#types) {
      // Another filter keeps the place in time (requirement S-175).
      const here = this.#view?.scroll.following ? null : this.#view?.topEvent?.offset ?? null;
      this.#stop();
      this.#start(types, wanted ?? here);
    } else if (wanted !== null) {
      this.#seek(wanted);
    }
    this.#select(open);
  }

  /** @param {number | null} open */
  #select(open) {
    if (open !== null && wide.matches) this.#view?.rows.expand(open);
    this.#view?.select(open);
  }

  #follow() {
    this.#view?.scroll.follow();
  }

  /** @param {number} offset */
  #seek(offset) {
    this.#view?.scroll.leave();
    void this.#reader?.seek(offset);
  }

  /** @param {boolean} following */
  #followingChanged(following) {
    if (following) {
      this.#reader?.join();
      this.#setUnread(0);
    } else {
      this.#reader?.leave();
    }
    this.#reflect("following", String(following));
    this.#send("following-changed", { following });
    this.#schedule();
  }

  /** @param {number} count */
  #arrived(count) {
    this.#unannounced += count;
    if (!this.#view?.scroll.following && count > 0) this.#setUnread(this.#unread + count);
  }

  /** @param {number} count */
  #setUnread(count) {
    if (count !== this.#unread) this.#send("unread-changed", { count });
    this.#unread = count;
  }

  #schedule() {
    if (this.#frame === 0 && this.isConnected) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#view?.frame(() => this.#paintEdges());
        this.#paint();
      });
    }
  }

  #paintEdges() {
    if (!this.#view || !this.#reader) return;
    const { above, below } = this.#view.edges;
    this.#part("above").dataset.state = above;
    this.#part("below").dataset.state = below;
    const empty = this.#reader.run?.length === 0 && above === "start" && below === "live";
    this.#part("empty").hidden = !empty || this.#types !== "" || this.#feed === "missing";
    this.#part("no-match").hidden = !empty || this.#types === "";
    this.#part("missing").hidden = this.#feed !== "missing";
    if (this.#feed === "missing" && !this.#reader.run) this.#part("above").dataset.state = "none";
  }

  #paint() {
    const view = this.#view;
    const reader = this.#reader;
    if (!view || !reader) return;
    const { following } = view.scroll;
    const { run, count, from, to } = view.window;
    this.#reflect("head", String(reader.head));
    this.#reflect("first", count > 0 ? String(run.at(from).offset) : "");
    this.#reflect("last", count > 0 ? String(run.at(to - 1).offset) : "");
    this.#reflect("unread", String(this.#unread));

    const follow = this.#part("follow");
    follow.setAttribute("aria-pressed", String(following));
    this.#text("follow-label", following ? "Following" : "Follow");
    this.#part("jump").hidden = following;
    const fresh = this.#unread > 0 ? `${formatNumber(this.#unread)} new` : "";
    this.#text("unread", fresh);
    this.#text("jump-label", fresh === "" ? "Latest" : "");
    this.#part("jump").setAttribute("aria-label", fresh === "" ? "Jump to latest" : `Jump to latest, ${fresh}`);

    const list = this.#part("rows");
    const length = String(formatNumber(reader.head).length);
    const frame = this.#part("frame").style;
    if (frame.getPropertyValue("--it-offset-length") !== length) frame.setProperty("--it-offset-length", length);
    const top = view.topEvent;
    this.#text("day", top ? formatDay(top.createdAt, new Date()) : "");
    this.#part("away").hidden = this.#feed !== "away";
    this.#part("signed-out").hidden = this.#feed !== "ended";
    this.#paintCounts(reader);
    if (top || following) this.#place?.set(following ? null : top?.offset ?? null);
  }

  /** @param {StreamReader} reader */
  #paintCounts({ counts }) {
    if (counts.matched === null) return;
    const filtered = this.#types !== "";
    this.#part("count").hidden = filtered;
    this.#part("filtered").hidden = !filtered;
    if (!filtered) this.#text("count", plural(counts.total, "event"));
    else {
      this.#text("matched", `${formatNumber(counts.matched)} of ${formatNumber(counts.total)}`);
      this.#text("matched-noun", counts.total === 1 ? " event" : " events");
    }
    if (counts.total === this.#counted) return;
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      this.#counted = counts.total;
      this.#send("counted", { total: counts.total, matched: counts.matched, byType: counts.byType });
    }, countedEveryMs);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-testid=list-retry]")) this.#reader?.retry();
    const row = target.closest(".it-row");
    if (row && getSelection()?.isCollapsed !== false) this.#open(/** @type {HTMLElement} */ (row.parentElement));
  }

  /** @param {HTMLElement} item */
  #open(item) {
    if (wide.matches) {
      this.#view?.toggle(item);
      this.#schedule();
    } else {
      this.#view?.select(offsetOf(item));
      this.#send("row-open", { offset: offsetOf(item) });
    }
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = /** @type {Element} */ (event.target).closest(".it-row");
    const item = /** @type {HTMLElement | null | undefined} */ (row?.parentElement);
    const act = {
      Home: () => this.#seek(1),
      End: () => this.#follow(),
      j: () => this.#view?.moveFocus(1),
      k: () => this.#view?.moveFocus(-1),
      Enter: item && (() => this.#open(item)),
      " ": item && (() => this.#open(item)),
      Escape: item && rowOf(item).ariaExpanded === "true" ? () => this.#open(item) : undefined,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #announce() {
    if (this.#unannounced === 0) return;
    const count = plural(this.#unannounced, "new event");
    this.#unannounced = 0;
    this.#text("announce", this.#view?.scroll.following ? count : `${count} below, ${formatNumber(this.#unread)} unread`);
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  #part(name) {
    const part = this.#parts.get(name) ?? this.querySelector(`[data-part="${name}"]`);
    if (!(part instanceof HTMLElement)) throw new Error(`<event-stream> has no part "${name}"; render it with EventStreamList.`);
    this.#parts.set(name, part);
    return part;
  }

  /** @type {Map<string, HTMLElement>} */
  #parts = new Map();

  /**
   * Writes a text that changed.
   * @param {string} part
   * @param {string} text
   */
  #text(part, text) {
    const element = this.#part(part);
    if (element.textContent !== text) element.textContent = text;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #reflect(name, value) {
    if (this.dataset[name] !== value) this.dataset[name] = value;
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

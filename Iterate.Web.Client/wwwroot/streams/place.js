// @ts-check

/** Most often the address is rewritten (requirement S-144). */
const writeEveryMs = 500;
/** Characters a filter may have. */
const longestText = 200;

/**
 * What the address says about the list: the source of truth for what must last.
 * @typedef {object} Place
 * @property {"raw" | "feed"} view
 * @property {string[]} types
 * @property {string} text In the events; empty for any.
 * @property {number | null} from
 * @property {number | null} to
 * @property {number | null} at
 * @property {number | null} open
 */

/** @returns {Place} */
export function readPlace() {
  const query = new URLSearchParams(location.search);
  const from = offset(query.get("from"));
  const to = offset(query.get("to"));
  return {
    view: query.get("view") === "feed" ? "feed" : "raw",
    types: (query.get("types") ?? "").split(",").filter(type => type !== ""),
    text: (query.get("q") ?? "").trim().slice(0, longestText),
    from,
    to: to !== null && to < (from ?? 1) ? null : to,
    at: offset(query.get("at")),
    open: offset(query.get("open")),
  };
}

/**
 * Both show the same events in the same way, wherever in them the reader is.
 * @param {Place} one
 * @param {Place} other
 */
export const showSame = (one, other) => one.view === other.view && one.types.join() === other.types.join()
  && one.text === other.text && one.from === other.from && one.to === other.to;

/** @param {Place} place */
export const isFiltered = ({ types, text, from, to }) => types.length > 0 || text !== "" || from !== null || to !== null;

/** Where everything of the stream is seen. */
export function unfilteredUrl() {
  const url = new URL(location.href);
  for (const name of ["types", "q", "from", "to", "at"]) url.searchParams.delete(name);
  return url.href;
}

/** @param {string | null} text */
function offset(text) {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** Keeps `at`, the first visible offset, in the address by replacing history. */
export class PlaceWriter {
  #pathname = location.pathname;
  /** What the list shows. @type {number | null} */
  #at;
  /** What the last address said that was not written here. @type {number | null} */
  #given;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {number | null} at What the address says now. */
  constructor(at) {
    this.#at = at;
    this.#given = at;
  }

  /** The address is still that of this list; while a page is being left it is already another's. */
  get current() {
    return location.pathname === this.#pathname;
  }

  /** @param {number | null} at Null at the tail. */
  set(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.#writeSoon();
  }

  /**
   * Where a changed address wants the list to be, null if nowhere else. Going back and forward means what it says;
   * a page that navigates only repeats the `at` it was given, for it does not know those written here.
   * @param {number | null} at
   * @param {boolean} traversed
   */
  wanted(at, traversed) {
    if (at === this.#at) return null;
    const repeated = at === this.#given && !traversed;
    this.#given = at;
    if (at === null || repeated) {
      this.#writeSoon();
      return null;
    }
    this.#at = at;
    return at;
  }

  close() {
    clearTimeout(this.#timer);
  }

  #writeSoon() {
    this.#timer ??= setTimeout(() => this.#write(), writeEveryMs);
  }

  #write() {
    this.#timer = undefined;
    const url = new URL(location.href);
    if (!this.current || readPlace().at === this.#at) return;
    if (this.#at === null) url.searchParams.delete("at");
    else url.searchParams.set("at", String(this.#at));
    // The router of the page keeps its own state in the entry.
    history.replaceState(history.state, "", url);
  }
}

// @ts-check
import { setAttribute, setHidden, setText } from "./changes.js";
import { formatDay, formatNumber, plural } from "./format.js";
import { lastOffsetOf } from "./run.js";

/** @import { Session } from "./session.js" */

/** The parts that came with the HTML (EventStreamList.razor), found by `data-part`, and what they say. */
export class Frame {
  #host;
  /** @type {Map<string, HTMLElement>} */
  #parts = new Map();

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
  }

  /** @param {string} name */
  part(name) {
    const part = this.#parts.get(name) ?? this.#host.querySelector(`[data-part="${name}"]`);
    if (!(part instanceof HTMLElement)) throw new Error(`<event-stream> has no part "${name}"; render it with EventStreamList.`);
    this.#parts.set(name, part);
    return part;
  }

  /**
   * Painted with the rows, before the list is put in place, so that a frame is laid out once.
   * @param {Session} session
   */
  paint(session) {
    this.#paintEdges(session);
    this.#paintAround(session);
    this.#paintCounts(session);
  }

  /**
   * What depends on where the list has been put.
   * @param {Session} session
   * @param {{ createdAt: string } | null} top The first row on the screen.
   */
  paintPlace({ view, unread }, top) {
    this.#text("day", top ? formatDay(top.createdAt, new Date()) : "");
    // Where the newest row can be seen there is nowhere to jump to, and the pill would only cover it.
    this.#hide("jump", view.scroll.following || (unread === 0 && view.edges.below === "live" && view.scroll.distanceFromEnd <= 2));
  }

  /** @param {Session} session */
  #paintEdges({ view, reader, feed, filtered, scope }) {
    const { above, below } = view.edges;
    const missing = feed === "missing";
    const empty = reader.run?.length === 0 && above === "start" && below === "live" && !missing;
    const ended = below === "live" && reader.head >= scope.to;
    this.#set("above", "data-state", missing && !reader.run ? "none" : above === "start" && scope.from > 1 ? "from" : above);
    this.#set("below", "data-state", ended ? "to" : below);
    this.#hide("missing", !missing);
    this.#hide("empty", !empty || filtered);
    this.#hide("no-match", !empty || !filtered);
  }

  /**
   * What stands around the rows, and the attributes that tell others where the list is (requirement S-189).
   * @param {Session} session
   */
  #paintAround({ view, reader, feed, unread }) {
    const { following } = view.scroll;
    const { run, count, from, to } = view.window;
    this.#reflect("following", String(following));
    this.#reflect("head", String(reader.head));
    this.#reflect("first", count > 0 ? String(run.at(from).offset) : "");
    this.#reflect("last", count > 0 ? String(lastOffsetOf(run.at(to - 1))) : "");
    this.#reflect("unread", String(unread));

    this.#set("follow", "aria-pressed", String(following));
    this.#text("follow-label", following ? "Following" : "Follow");
    const fresh = unread > 0 ? `${formatNumber(unread)} new` : "";
    this.#set("jump", "aria-label", fresh === "" ? "Jump to latest" : `Jump to latest, ${fresh}`);
    this.#text("unread", fresh);
    this.#text("jump-label", fresh === "" ? "Latest" : "");

    this.#hide("skipped", !view.skipped);
    this.#text("skipped", view.skipped ? `${formatNumber(view.skipped.count)} skipped · show` : "");

    const gutter = this.part("frame").style;
    const digits = String(formatNumber(reader.head).length);
    if (gutter.getPropertyValue("--it-offset-length") !== digits) gutter.setProperty("--it-offset-length", digits);
    this.#hide("away", feed !== "away");
    this.#hide("signed-out", feed !== "ended");
  }

  /**
   * "3,114 of 12,408 events"; "12 found" while that is not all that was looked for, and how far it is.
   * @param {Session} session
   */
  #paintCounts({ reader, filtered, matched, searching }) {
    const { search, counts: { total } } = reader;
    const partial = search !== null && !search.complete;
    this.#hide("search", !partial);
    if (matched === null) return;
    this.#hide("count", filtered);
    this.#hide("filtered", !filtered);
    this.#text("count", plural(total, "event"));
    this.#text("matched", partial ? `${formatNumber(matched)} found` : `${formatNumber(matched)} of ${formatNumber(total)}`);
    this.#text("matched-noun", partial ? "" : total === 1 ? " event" : " events");
    if (!partial) return;
    this.#text("searched", `${formatNumber(matched)} found · searched to ${formatNumber(search.looked)} of ${formatNumber(search.size)}`);
    this.#hide("search-busy", !searching);
    this.#hide("search-stop", !searching);
    this.#hide("search-on", searching);
  }

  /** @param {string} message */
  announce(message) {
    this.#text("announce", message);
  }

  /**
   * @param {string} part
   * @param {string} text
   */
  #text(part, text) {
    setText(this.part(part), text);
  }

  /**
   * @param {string} part
   * @param {boolean} hidden
   */
  #hide(part, hidden) {
    setHidden(this.part(part), hidden);
  }

  /**
   * @param {string} part
   * @param {string} name
   * @param {string} value
   */
  #set(part, name, value) {
    setAttribute(this.part(part), name, value);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #reflect(name, value) {
    setAttribute(this.#host, `data-${name}`, value);
  }
}

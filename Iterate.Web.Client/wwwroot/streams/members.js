// @ts-check
import { formatNumber } from "./format.js";

/**
 * @import { Group } from "./groups.js"
 * @import { StreamEvent } from "./types.js"
 */

/** Members in the document at a time (requirement S-169). */
export const membersShown = 64;

/**
 * @typedef {object} MemberSource
 * @property {(after: number, before: number, backward: boolean) => Promise<StreamEvent[] | null>} read
 *   At most `membersShown` matching events between two exclusive offsets, ascending; null when they did not come.
 * @property {(event: StreamEvent, previous: StreamEvent | undefined) => HTMLElement} build
 */

/** The members of an opened group, one page of them at a time: a group may be as long as the stream. */
export class Members {
  #group;
  #source;
  #list = document.createElement("div");
  #said = document.createElement("span");
  #earlier = button("Earlier", () => this.#turn(this.#group.offset - 1, this.#first, true));
  #later = button("Later", () => this.#turn(this.#last, this.#group.lastOffset + 1, false));
  #retry = button("Retry", () => this.#turn(...this.#wanted));
  /** What was asked for last. @type {[after: number, before: number, backward: boolean]} */
  #wanted;
  /** Offsets of the members shown; `#last` is before `#first` when there are none. */
  #first;
  #last;
  /** @type {"loading" | "loaded" | "failed"} */
  #state = "loading";
  element = document.createElement("div");

  /**
   * @param {Group} group
   * @param {MemberSource} source
   */
  constructor(group, source) {
    this.#group = group;
    this.#source = source;
    this.#first = group.offset;
    this.#last = group.offset - 1;
    this.#wanted = [this.#last, group.lastOffset + 1, false];
    const head = document.createElement("div");
    this.element.className = "it-members";
    head.className = "it-members-head";
    this.#list.role = "list";
    this.#list.ariaLabel = `Events of ${group.type}`;
    head.append(this.#said, this.#retry, this.#earlier, this.#later);
    this.element.append(head, this.#list);
    void this.#turn(...this.#wanted);
  }

  /** @param {Group} group Grown, or the same. */
  isOf(group) {
    return group.offset <= this.#group.offset && this.#group.offset <= group.lastOffset;
  }

  /** @param {Group} group The same one, grown. */
  grow(group) {
    this.#group = group;
    this.#paint();
  }

  /**
   * @param {number} after
   * @param {number} before
   * @param {boolean} backward
   */
  async #turn(after, before, backward) {
    this.#wanted = [after, before, backward];
    this.#state = "loading";
    this.#paint();
    const events = await this.#source.read(after, before, backward);
    this.#state = events ? "loaded" : "failed";
    const [first, last] = [events?.at(0), events?.at(-1)];
    if (events && first && last) {
      this.#list.replaceChildren(...events.map((event, index) => this.#source.build(event, events[index - 1])));
      this.#first = first.offset;
      this.#last = last.offset;
    }
    this.#paint();
  }

  #paint() {
    const loaded = this.#state === "loaded";
    this.#said.toggleAttribute("data-spinner", this.#state === "loading");
    this.#said.textContent = this.#state === "loading" ? "Loading events..."
      : this.#state === "failed" ? "Events did not load."
      : `${formatNumber(this.#first)}–${formatNumber(this.#last)}`;
    this.#retry.hidden = this.#state !== "failed";
    this.#earlier.hidden = !loaded || this.#first <= this.#group.offset;
    this.#later.hidden = !loaded || this.#last >= this.#group.lastOffset;
  }
}

/**
 * @param {string} label
 * @param {() => void} pressed
 */
function button(label, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "it-retry";
  made.textContent = label;
  made.addEventListener("click", pressed);
  return made;
}

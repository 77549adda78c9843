// @ts-check
import { copyText } from "../js/clipboard.js";
import { plural } from "./format.js";
import { selectedLines } from "./selection.js";

/**
 * @import { Frame } from "./frame.js"
 * @import { View } from "./view.js"
 */

/** @typedef {"delta" | "local" | "relative"} TimeMode */

const storageKey = "iterate:event-list";

/**
 * @typedef {object} DisplayHandlers
 * @property {() => View} view What is on the screen now.
 * @property {(text: string) => void} say
 */

/**
 * How a person wants to see times and to copy rows: kept by the browser, for it says nothing about the stream
 * (requirements S-163 and S-168).
 */
export class Display {
  #frame;
  #handlers;
  /** @type {{ time: TimeMode, selectsTime: boolean }} */
  #chosen = { time: "delta", selectsTime: true, ...JSON.parse(localStorage.getItem(storageKey) ?? "{}") };

  /**
   * @param {Frame} frame
   * @param {DisplayHandlers} handlers
   * @param {AbortSignal} signal
   */
  constructor(frame, handlers, signal) {
    this.#frame = frame;
    this.#handlers = handlers;
    frame.part("display-open").addEventListener("click", () => this.#open(), { signal });
    frame.part("display").addEventListener("change", () => this.#choose(), { signal });
    frame.part("copy-visible").addEventListener("click", () => void this.#copyVisible(), { signal });
    frame.part("rows").addEventListener("copy", event => this.#copied(event), { signal });
  }

  /** Paints the times of the rows that are there. */
  apply() {
    const frame = this.#frame.part("frame");
    frame.dataset.time = this.#chosen.time;
    frame.dataset.selectsTime = String(this.#chosen.selectsTime);
    this.#handlers.view().rows.setTime(this.#chosen.time, frame.querySelectorAll(".it-item"));
  }

  /** Time has gone on. */
  tick() {
    if (this.#chosen.time === "relative") this.apply();
  }

  #open() {
    const menu = this.#frame.part("display");
    const { bottom, right } = this.#frame.part("display-open").getBoundingClientRect();
    menu.style.inset = `${bottom}px ${innerWidth - right}px auto auto`;
    for (const input of menu.querySelectorAll("input")) {
      input.checked = input.type === "radio" ? input.value === this.#chosen.time : this.#chosen.selectsTime;
    }
    menu.togglePopover();
  }

  #choose() {
    const chosen = new FormData(/** @type {HTMLFormElement} */ (this.#frame.part("display")));
    this.#chosen = { time: /** @type {TimeMode} */ (chosen.get("time")), selectsTime: chosen.has("selects-time") };
    localStorage.setItem(storageKey, JSON.stringify(this.#chosen));
    this.apply();
  }

  /** @param {ClipboardEvent} event */
  #copied(event) {
    const lines = selectedLines(this.#frame.part("list"), this.#handlers.view().rows, this.#chosen.selectsTime);
    if (lines === null) return;
    event.clipboardData?.setData("text/plain", lines);
    event.preventDefault();
  }

  async #copyVisible() {
    const view = this.#handlers.view();
    const items = view.itemsOnScreen;
    await copyText(items.map(item => `${view.rows.textOf(item)}\n`).join(""));
    this.#frame.part("display").hidePopover();
    this.#handlers.say(`Copied ${plural(items.length, "row")}`);
  }
}

// @ts-check
import { copyText } from "../js/clipboard.js";
import { offsetOf } from "./cells.js";

/** @import { StreamEvent } from "./types.js" */

const fields = "input, textarea, select, [contenteditable]";
const modal = "[aria-modal=true]";
/** What takes its own keys inside the list: a button is pressed with Enter, the scrubber is moved with Home. */
const ownKeys = "button, a, [role=slider]";

/**
 * @typedef {object} KeyActions
 * @property {() => void} home
 * @property {() => void} end
 * @property {(screens: number) => void} page
 * @property {(by: number) => void} moveFocus
 * @property {(item: HTMLElement) => void} open
 * @property {(item: HTMLElement) => boolean} close Answers whether there was something to close.
 * @property {(item: HTMLElement) => string} text
 * @property {(text: string) => void} say
 */

/**
 * The keys of the list (requirement S-160): Home, End, PgUp, PgDn, `j` and `k`, Enter, `y`, `/`, Esc. They act while the
 * focus is in the list or nowhere, and never while somebody types.
 */
export class Keys {
  #host;
  #actions;

  /**
   * @param {HTMLElement} host
   * @param {KeyActions} actions
   * @param {AbortSignal} signal
   */
  constructor(host, actions, signal) {
    this.#host = host;
    this.#actions = actions;
    document.addEventListener("keydown", event => this.#pressed(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest(fields)) return;
    const act = this.#isMine(target) && this.#action(event.key, target);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {Element} target */
  #isMine(target) {
    const nowhere = target === document.body && document.querySelector("event-stream") === this.#host && !document.querySelector(modal);
    return nowhere || (this.#host.contains(target) && !target.closest(ownKeys));
  }

  /**
   * @param {string} key
   * @param {Element} target
   * @returns {(() => void) | undefined}
   */
  #action(key, target) {
    const actions = this.#actions;
    const item = /** @type {HTMLElement | undefined | null} */ (target.closest(".it-row")?.parentElement);
    switch (key) {
      case "Home": return actions.home;
      case "End": return actions.end;
      case "PageUp": return () => actions.page(-1);
      case "PageDown": return () => actions.page(1);
      case "j": return () => actions.moveFocus(1);
      case "k": return () => actions.moveFocus(-1);
      case "/": return openFilter;
      case "Enter":
      case " ": return item ? () => actions.open(item) : undefined;
      case "y": return item ? () => void this.#copy(item) : undefined;
      case "Escape": return item && actions.close(item) ? () => undefined : undefined;
      default: return undefined;
    }
  }

  /** @param {HTMLElement} item */
  async #copy(item) {
    await copyText(this.#actions.text(item));
    this.#actions.say(`Copied event ${offsetOf(item)}`);
  }
}

/** The filter is the page's; its control says by which key it is opened. */
function openFilter() {
  const control = document.querySelector('[aria-keyshortcuts="/"]');
  if (control instanceof HTMLElement) control.click();
}

// @ts-check
// Focus of a modal sheet: it goes in, stays in, and returns to the opener.

const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]:not([tabindex="-1"])';

/**
 * Makes an element that has just been shown modal.
 * @param {HTMLElement} sheet
 * @param {() => void} onEscape
 * @returns {{ release(): void }} `release` hands focus back to whatever had it before.
 */
export function open(sheet, onEscape) {
  const opener = document.activeElement;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      onEscape();
    } else if (event.key === 'Tab') {
      const stops = [...sheet.querySelectorAll(focusable)].filter(stop => stop.checkVisibility());
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      const inside = sheet.contains(document.activeElement) && document.activeElement !== sheet;
      if (document.activeElement === edge || !inside) {
        event.preventDefault();
        (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
      }
    }
  };
  // On the document: a press that lands outside (the scrim, the browser's own chrome) must not let focus escape.
  document.addEventListener('keydown', onKeyDown);
  (sheet.querySelector('[autofocus]') ?? sheet).focus({ preventScroll: true });
  return {
    release() {
      document.removeEventListener('keydown', onKeyDown);
      if (opener instanceof HTMLElement && opener.isConnected) {
        opener.focus({ preventScroll: true });
      }
    },
  };
}

/**
 * A sheet drawn by a circuit: modal from the moment it is in the page until it leaves, without a round trip, so an
 * Escape that follows the tap at once is not lost. Escape presses its close button, the one with `data-dismiss`.
 */
customElements.define('modal-sheet', class extends HTMLElement {
  /** @type {{ release(): void } | undefined} */
  #modal;

  connectedCallback() {
    queueMicrotask(() => { // An element is connected before its children are.
      if (this.isConnected) {
        this.#modal = open(this, () => /** @type {HTMLElement} */ (this.querySelector('[data-dismiss]')).click());
      }
    });
  }

  disconnectedCallback() {
    this.#modal?.release();
  }
});

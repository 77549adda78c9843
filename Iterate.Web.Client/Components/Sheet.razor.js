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

/** The same for a sheet drawn by a circuit. */
export function openForDotNet(sheet, owner) {
  return open(sheet, () => owner.invokeMethodAsync('CloseAsync'));
}

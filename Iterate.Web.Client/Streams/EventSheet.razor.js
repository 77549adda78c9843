// @ts-check

/**
 * Tells the island which row was opened.
 * @param {{ invokeMethodAsync(name: string, ...args: unknown[]): Promise<any> }} island
 */
export function attach(island) {
  const listeners = new AbortController();
  document.addEventListener('row-open',
    (event) => island.invokeMethodAsync('OpenAsync', /** @type {CustomEvent} */ (event).detail.offset),
    { signal: listeners.signal });
  return { dispose: () => listeners.abort() };
}

/** Hands an event to the composer of this page. @param {string} text */
export function useAsTemplate(text) {
  document.dispatchEvent(new CustomEvent('composer-template', { detail: text }));
}

// @ts-check

/**
 * Hands what the page says to the toasts.
 * @param {{ invokeMethodAsync(name: string, ...args: unknown[]): Promise<any> }} island
 */
export function listen(island) {
  const listeners = new AbortController();
  document.addEventListener('toast', (event) => {
    const { type, text } = /** @type {CustomEvent} */ (event).detail;
    void island.invokeMethodAsync('ShowAsync', type, text);
  }, { signal: listeners.signal });
  return { dispose: () => listeners.abort() };
}

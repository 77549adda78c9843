// data-hydrated on the root of the page: "true" while its islands answer (requirement A-69).

/** @param {boolean} live */
export function mark(live) {
  for (const root of document.querySelectorAll('[data-hydrated]')) {
    root.dataset.hydrated = String(live);
  }
}

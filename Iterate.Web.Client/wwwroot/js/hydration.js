// data-hydrated on the root of the page: "true" while its islands answer (requirement A-69). An enhanced navigation
// draws "false" anew even where the islands of that page live on, as after a quick way forth and back; so the root
// names its page, and what counts is whether the islands of that page have spoken. An island that needs longer than
// its first drawing carries a mark of its own, without data-page.

let operable = null;
let connected = true;

/** A page has been drawn. */
export function show() {
  for (const root of document.querySelectorAll('[data-hydrated][data-page]')) {
    root.dataset.hydrated = String(connected && root.dataset.page === operable);
  }
}

/** The islands of a page have drawn themselves. */
export function mark(page) {
  operable = page;
  show();
}

/** The circuit behind all islands went away or came back. */
export function setConnected(isConnected) {
  connected = isConnected;
  show();
}

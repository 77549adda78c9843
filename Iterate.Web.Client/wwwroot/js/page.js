// A page arrives either with the document or by enhanced navigation, which patches the document in place. What was
// there before Blazor started listens for `page-merged` on the document instead.

/** Runs a callback for the page on screen and for every page that replaces it. */
export function onPage(callback) {
  callback();
  Blazor.addEventListener('enhancedload', callback);
}

onPage(() => document.querySelectorAll(':popover-open').forEach(popover => popover.hidePopover()));

document.addEventListener('click', event => {
  if (event.target.closest('[data-reload]')) {
    location.reload();
  }
});

Blazor.addEventListener('enhancedload', () => document.dispatchEvent(new Event('page-merged')));

// A navigation that another one overtakes has no end of its own.
Blazor.addEventListener('enhancednavigationstart', () => showNavigating(true));
Blazor.addEventListener('enhancednavigationend', () => showNavigating(false));

function showNavigating(isUnderWay) {
  for (const bar of document.querySelectorAll('.it-navigating')) {
    bar.hidden = !isUnderWay;
  }
}

// @ts-check
// The token stands behind the # so that it is never sent to a server before the person asks for it: it is in no log,
// no referrer and no link preview.
const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-sign-in-link]'));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem('token'));

function take() {
  if (location.hash) {
    token.value = location.hash.slice(1);
    history.replaceState(history.state, '', location.pathname);
  }
}

take();
addEventListener('hashchange', take); // Another link, opened where this one is open, does not load the page again.

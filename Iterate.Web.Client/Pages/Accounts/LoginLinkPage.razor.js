// @ts-check
// The token stands behind the # so that it is never sent to a server before the person asks for it: it is in no log,
// no referrer and no link preview.
const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-sign-in-link]'));
const token = /** @type {HTMLInputElement} */ (form.elements.namedItem('token'));
token.value = location.hash.slice(1);
history.replaceState(history.state, '', location.pathname);

// @ts-check
// The token stands behind the # so that it is never sent to a server before the person asks for it: it is in no log,
// no referrer and no link preview. It stays in the address and nowhere else, so a reload keeps it and another link,
// opened where this one is open, replaces it.
const form = /** @type {HTMLFormElement} */ (document.querySelector('[data-sign-in-link]'));
form.addEventListener('formdata', ({ formData }) => formData.set('token', location.hash.slice(1)));

// Unsent text outlives reloads, restarts of the server and the moment an island replaces its first drawing:
// <textarea data-draft="append:/agents/triage"> is kept in session storage under its key until it is sent or emptied.

const storageKey = key => `draft:${key}`;

/** The owner has sent it, and the server has taken it: nothing short of that may lose it. */
export function clear(key) {
  sessionStorage.removeItem(storageKey(key));
}

/** Last place of the caret in a draft field, so that a field that is redrawn under the fingers keeps it. */
let caret = null;

function remember(field) {
  caret = { key: field.dataset.draft, start: field.selectionStart, end: field.selectionEnd };
}

document.addEventListener('input', ({ target }) => {
  if (target.dataset?.draft) {
    if (target.value === '') {
      clear(target.dataset.draft);
    } else {
      sessionStorage.setItem(storageKey(target.dataset.draft), target.value);
    }
    remember(target);
  }
}, { capture: true });

document.addEventListener('focusin', ({ target }) => {
  caret = null;
  if (target.dataset?.draft) {
    remember(target);
  }
});

document.addEventListener('selectionchange', () => {
  if (document.activeElement?.dataset?.draft) {
    remember(document.activeElement);
  }
});

function restore(field) {
  const text = sessionStorage.getItem(storageKey(field.dataset.draft));
  if (text !== null && field.value === '') {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true })); // so that the island behind it knows
  }
  if (caret?.key === field.dataset.draft && document.activeElement === document.body) {
    const { start, end } = caret;
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
  }
}

function restoreIn(node) {
  if (node instanceof Element) {
    (node.matches('[data-draft]') ? [node] : node.querySelectorAll('[data-draft]')).forEach(restore);
  }
}

restoreIn(document.body);
new MutationObserver(changes => {
  for (const { type, target, addedNodes } of changes) {
    type === 'attributes' ? restore(target) : addedNodes.forEach(restoreIn);
  }
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ['data-draft'] });

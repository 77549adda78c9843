// @ts-check

// Whatever is written to a document makes the browser look again, also what was there already; and a text that becomes
// another costs no styles, where a child that comes or goes asks every rule with :has() anew.

/**
 * @param {Element} element With at most one child, a text.
 * @param {string} text
 */
export function setText(element, text) {
  const node = element.firstChild;
  if (node instanceof Text) {
    if (node.data !== text) node.data = text;
  } else if (text !== "") {
    element.textContent = text;
  }
}

/**
 * @param {HTMLElement} element
 * @param {boolean} hidden
 */
export function setHidden(element, hidden) {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value Null for no such attribute.
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

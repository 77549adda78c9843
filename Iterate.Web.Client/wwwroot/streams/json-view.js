// @ts-check

const lineWidth = 72;
/** Beyond this many characters a payload is shown without colours: a span per token would cost more than it tells. */
const colouredLimit = 64 * 1024;

/**
 * Compact JSON, cut soon after a number of characters: the cost is that of what is shown, not of the value.
 * @param {unknown} value
 * @param {number} limit
 */
export function compactJson(value, limit) {
  let text = "";
  /** @param {unknown} part */
  const write = part => {
    if (text.length > limit) return;
    if (part === null || typeof part !== "object") {
      text += JSON.stringify(typeof part === "string" ? part.slice(0, limit + 1) : part);
      return;
    }
    const [open, close] = Array.isArray(part) ? "[]" : "{}";
    text += open;
    let first = true;
    for (const [key, member] of Object.entries(part)) {
      if (text.length > limit) return;
      if (!first) text += ",";
      first = false;
      if (open === "{") text += `${JSON.stringify(key)}:`;
      write(member);
    }
    text += close;
  };
  write(value);
  return text;
}

/**
 * Pretty JSON as a `pre`, built from text nodes only. What fits on a line stays on one.
 * @param {unknown} value
 */
export function jsonView(value) {
  const pre = document.createElement("pre");
  pre.className = "it-json";
  pre.dataset.testid = "event-json";
  if (compactJson(value, colouredLimit).length > colouredLimit) pre.textContent = JSON.stringify(value, null, 2);
  else write(pre, value, "", true);
  return pre;
}

/**
 * @param {HTMLElement} target
 * @param {unknown} value
 * @param {string} indent
 * @param {boolean} broken Give every member a line even if all would fit on one.
 */
function write(target, value, indent, broken) {
  if (value === null || typeof value !== "object") {
    const kind = typeof value === "string" ? "string" : typeof value === "number" ? "number" : "literal";
    target.append(token(kind, JSON.stringify(value)));
    return;
  }
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  const [open, close] = isArray ? "[]" : "{}";
  if (members.length === 0) {
    target.append(open + close);
    return;
  }
  const multiline = broken || compactJson(value, lineWidth).length + indent.length > lineWidth;
  const inner = `${indent}  `;
  const pad = isArray ? "" : " ";
  target.append(open + (multiline ? "\n" : pad));
  members.forEach(([key, member], index) => {
    if (multiline) target.append(inner);
    if (!isArray) target.append(token("key", JSON.stringify(key)), ": ");
    write(target, member, inner, false);
    if (index < members.length - 1) target.append(multiline ? ",\n" : ", ");
  });
  target.append((multiline ? `\n${indent}` : pad) + close);
}

/**
 * @param {string} kind
 * @param {string} text
 */
function token(kind, text) {
  const span = document.createElement("span");
  span.className = `it-json-${kind}`;
  span.textContent = text;
  return span;
}

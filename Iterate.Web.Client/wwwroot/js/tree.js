// Folding and keys of every [role="tree"]: flat lines with aria-level, one tab stop (WAI-ARIA tree pattern).
import { onPage } from './page.js';

const level = node => Number(node.ariaLevel);
const storageKey = tree => `folded:${tree.dataset.tree}`;
const folded = tree => new Set(JSON.parse(sessionStorage.getItem(storageKey(tree)) ?? '[]'));

/** Applies what is folded: a line below a folded one is hidden. */
function draw(tree) {
  const keys = folded(tree);
  let hiddenBelow = Infinity;
  for (const node of tree.children) {
    node.hidden = level(node) > hiddenBelow;
    if (!node.hidden) {
      const isFolded = node.ariaExpanded !== null && keys.has(node.dataset.key);
      hiddenBelow = isFolded ? level(node) : Infinity;
      if (node.ariaExpanded !== null) {
        node.ariaExpanded = String(!isFolded);
      }
    }
  }
}

function fold(node, isFolded) {
  const tree = node.parentElement;
  const keys = folded(tree);
  isFolded ? keys.add(node.dataset.key) : keys.delete(node.dataset.key);
  sessionStorage.setItem(storageKey(tree), JSON.stringify([...keys]));
  draw(tree);
}

function focus(node) {
  if (node) {
    node.parentElement.querySelectorAll('[tabindex="0"]').forEach(other => { other.tabIndex = -1; });
    node.tabIndex = 0;
    node.focus();
  }
}

document.addEventListener('click', event => {
  const node = event.target.closest('[role="treeitem"]');
  if (node && node.ariaExpanded !== null && (event.target.closest('.it-node-toggle') || !node.querySelector('a'))) {
    fold(node, node.ariaExpanded === 'true');
  }
});

document.addEventListener('keydown', event => {
  const node = event.target.closest('[role="treeitem"]');
  if (!node || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const shown = [...node.parentElement.children].filter(other => !other.hidden);
  const at = shown.indexOf(node);
  const moves = {
    ArrowDown: () => focus(shown[at + 1]),
    ArrowUp: () => focus(shown[at - 1]),
    Home: () => focus(shown[0]),
    End: () => focus(shown.at(-1)),
    ArrowRight: () => node.ariaExpanded === 'false' ? fold(node, false) : node.ariaExpanded === 'true' && focus(shown[at + 1]),
    ArrowLeft: () => node.ariaExpanded === 'true' ? fold(node, true) : focus(shown.slice(0, at).findLast(other => level(other) < level(node))),
    Enter: () => (node.querySelector('a') ?? node).click(),
  };
  if (moves[event.key]) {
    event.preventDefault();
    moves[event.key]();
  }
});

onPage(() => document.querySelectorAll('[role="tree"]').forEach(draw));

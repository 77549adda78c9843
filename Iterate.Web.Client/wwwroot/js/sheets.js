// Sheets of the static shell: shown while the fragment is their id, so that Back closes them without a circuit.
import { open } from './modal-sheet.js';
import { onPage } from './page.js';

let shown = null;

function sync() {
  const wanted = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  const layer = wanted?.hasAttribute('data-sheet-layer') ? wanted : null;
  if (shown && shown.layer !== layer) {
    shown.layer.hidden = true;
    shown.modal.release();
    shown = null;
  }
  if (layer) {
    layer.hidden = false; // an enhanced navigation may have hidden it again
    shown ??= { layer, modal: open(layer.querySelector('[role="dialog"]'), () => history.back()) };
  }
}

document.addEventListener('click', event => {
  const name = event.target.closest('[data-sheet]')?.dataset.sheet;
  if (name) {
    // Not location.hash: that would count as a navigation and fetch the page again.
    history.pushState(history.state, '', `${location.pathname}${location.search}#${name}`);
    sync();
  } else if (event.target.closest('[data-sheet-close]')) {
    history.back();
  }
});

addEventListener('popstate', sync);
onPage(sync);

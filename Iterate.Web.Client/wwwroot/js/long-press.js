// A finger that rests on [data-long-press] presses the link with data-menu inside it. Mice and keys have the link.

const restsForMs = 500;
const straysBy = 10;

/** The finger that is down, until it strays or leaves. */
let finger = null;
/** The menu is open under a finger that is still down: what it lets go of is no tap. */
let opened = false;

document.addEventListener('pointerdown', event => {
  opened = false;
  const menu = event.pointerType === 'touch' && event.target.closest('[data-long-press]')?.querySelector('[data-menu]');
  if (menu) {
    finger = { x: event.clientX, y: event.clientY, timer: setTimeout(() => { opened = true; menu.click(); }, restsForMs) };
  }
});

document.addEventListener('pointermove', event => {
  if (finger && Math.hypot(event.clientX - finger.x, event.clientY - finger.y) > straysBy) {
    lift();
  }
});
document.addEventListener('pointerup', lift);
document.addEventListener('pointercancel', lift);

function lift() {
  clearTimeout(finger?.timer);
  finger = null;
}

document.addEventListener('click', event => {
  if (opened && event.isTrusted) {
    opened = false;
    event.preventDefault();
    event.stopPropagation();
  }
}, { capture: true });

// The browser's own menu of a link would lie over ours.
document.addEventListener('contextmenu', event => {
  if (finger && event.target.closest('[data-long-press]')) {
    event.preventDefault();
  }
});

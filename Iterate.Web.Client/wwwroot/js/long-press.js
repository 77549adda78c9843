// A finger that rests on [data-long-press] opens the menu inside it, the link with data-menu. Mice and keys have the link.

const restsFor = 500;
const strays = 10;
let pressed = null;

function release() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

document.addEventListener('pointerdown', event => {
  const menu = event.pointerType === 'touch' && event.target.closest('[data-long-press]')?.querySelector('[data-menu]');
  if (menu) {
    const timer = setTimeout(() => {
      release();
      // The finger is still down: what it lets go of is no tap any more.
      document.addEventListener('click', swallow, { capture: true, once: true });
      document.addEventListener('pointerdown', () => document.removeEventListener('click', swallow, { capture: true }), { capture: true, once: true });
      location.href === menu.href || menu.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    }, restsFor);
    pressed = { timer, x: event.clientX, y: event.clientY };
  }
});

function swallow(event) {
  if (event.isTrusted) {
    event.preventDefault();
    event.stopPropagation();
  } else {
    document.addEventListener('click', swallow, { capture: true, once: true });
  }
}

document.addEventListener('pointermove', event => {
  if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > strays) {
    release();
  }
});
document.addEventListener('pointerup', release);
document.addEventListener('pointercancel', release);
document.addEventListener('contextmenu', event => {
  if (event.pointerType === 'touch' && event.target.closest('[data-long-press]')) {
    event.preventDefault(); // The browser's own menu of a link would lie over ours.
  }
});

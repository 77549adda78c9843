// Theme of this browser: the cookie "theme" is light or dark; without it the system decides. The server reads the same
// cookie and writes data-theme on <html>, so a page never flashes in the other theme.
import { onPage } from './page.js';

const root = document.documentElement;
const chosen = () => document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1] ?? 'system';

function apply() {
  const theme = chosen();
  if (theme === 'system') {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = theme;
  }
  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === theme));
  }
}

document.addEventListener('click', event => {
  const choice = event.target.closest('[data-theme-choice]')?.dataset.themeChoice;
  if (choice) {
    const seconds = choice === 'system' ? 0 : 31536000;
    document.cookie = `theme=${choice}; path=/; max-age=${seconds}; samesite=lax`;
    apply();
  }
});

onPage(apply);

// A page in a frame of the split view is one pane of it: the way to other pages stands around it.
import { onPage } from './page.js';

onPage(() => document.documentElement.toggleAttribute('data-embedded', self !== top));

// Blazor, then everything the static shell does by itself.
import './reconnect.js';
import './theme.js';
import './drafts.js';
import './copy.js';
import './relative-time.js';
import './tree.js';
import './long-press.js';
import './embedded.js';
import './sheets.js';

// What happens when the circuit's connection goes (requirement A-68). Nobody is asked anything: a bar says so, tries
// follow after 0, 1, 2, 5 and then every 10 seconds, at once when the phone wakes or is online again. A server that
// answers but no longer knows the circuit was restarted: the page is loaded anew at its address. Filters, position and
// open sheet are in that address, typed text is in the session (drafts.js), so nothing is lost.
import { setConnected, show as showHydration } from './hydration.js';

const delays = [0, 1000, 2000, 5000, 10000];
let away = false;

// The script tag carries autostart="false".
Blazor.start({ circuit: { reconnectionHandler: { onConnectionDown, onConnectionUp } } });
Blazor.addEventListener('enhancedload', showHydration);

function show(isAway) {
  away = isAway;
  document.getElementById('components-reconnect-modal')?.toggleAttribute('data-away', isAway);
  setConnected(!isAway);
}

function onConnectionUp() {
  show(false);
}

async function onConnectionDown() {
  if (away) {
    return; // A retry's own connection broke: the loop below is still running.
  }

  show(true);
  for (let attempt = 0; away; attempt++) {
    await pause(delays[Math.min(attempt, delays.length - 1)]);
    if (await reconnects()) {
      return;
    }
  }
}

/** True when there is nothing left to try: the circuit is back, or the page is being loaded anew. */
async function reconnects() {
  try {
    if (!await Blazor.reconnect()) {
      location.reload();
    }
    return true;
  } catch {
    // Not reachable yet; Blazor has logged why. Its failed start also shows the crash notice, which this is not.
    document.getElementById('blazor-error-ui')?.style.removeProperty('display');
    return false;
  }
}

/** Waits, but no longer than until the device is back. */
function pause(milliseconds) {
  return new Promise(resolve => {
    const end = () => {
      if (document.visibilityState === 'visible') {
        clearTimeout(timer);
        removeEventListener('online', end);
        document.removeEventListener('visibilitychange', end);
        resolve();
      }
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener('online', end);
    document.addEventListener('visibilitychange', end);
  });
}

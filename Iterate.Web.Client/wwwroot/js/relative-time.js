// Keeps <time data-relative> current; the same units as RelativeTime.razor.

const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];

function text(seconds) {
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [];
  return unit ? `${Math.floor(seconds / size)} ${unit}` : 'now';
}

setInterval(() => {
  if (document.hidden) {
    return;
  }
  for (const time of document.querySelectorAll('time[data-relative]')) {
    const words = text((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== words) {
      // The node, not textContent: an island holds on to its text node.
      time.firstChild.nodeValue = words;
    }
  }
}, 1000);

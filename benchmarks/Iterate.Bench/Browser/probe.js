// Looks at the list of events once per frame, after layout and before anybody could have seen another frame: a task
// queued in a frame's animation callback runs when that frame has been laid out (requirement W-30).
(() => {
  const holeShare = 0.2;
  const atEnd = 2;
  /** Pixels a row has moved that is not there any more. */
  const lost = 1e6;

  const probe = {
    frames: [], lags: [], longTasks: 0, mostRows: 0, drift: 0, thrown: 0,
    /** What ends a wait, with the moment it began: {since, holds(sample)} */
    wanted: null,
    /** A row that must stay where it is. */
    anchor: null,
    watchThrow: false,
  };
  window.probe = probe;

  const part = name => document.querySelector(`event-stream [data-part="${name}"]`);

  /** What a reader sees in this frame. */
  function look() {
    const scroller = part("rows");
    const view = scroller.getBoundingClientRect();
    const rows = scroller.querySelectorAll("[data-offset]");
    const boxes = [];
    const shown = [];
    const above = part("above");
    const below = part("below");
    if (above.dataset.state === "start") boxes.push(above.getBoundingClientRect());
    for (const row of rows) {
      const box = row.parentElement.getBoundingClientRect();
      if (box.bottom <= view.top || box.top >= view.bottom) continue;
      boxes.push(box);
      shown.push([Number(row.dataset.offset), box.top]);
    }
    if (below.dataset.state === "live") boxes.push({ top: below.getBoundingClientRect().top, bottom: view.bottom });
    let covered = view.top;
    let hole = 0;
    for (const box of [...boxes, { top: view.bottom, bottom: view.bottom }]) {
      hole = Math.max(hole, Math.min(box.top, view.bottom) - covered);
      covered = Math.max(covered, box.bottom);
    }
    const host = document.querySelector("event-stream");
    return {
      shown,
      count: rows.length,
      blank: hole > view.height * holeShare,
      distance: scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop,
      head: Number(host.dataset.head || 0),
      last: shown.length > 0 ? shown[shown.length - 1][0] : 0,
    };
  }

  probe.atTail = sample => sample.head > 0 && sample.last === sample.head && sample.distance <= atEnd;
  probe.near = (offset, within) => sample => !sample.blank && sample.shown.some(([at]) => Math.abs(at - offset) <= within);

  let previous = null;
  let lastFrame = 0;
  const laidOut = new MessageChannel();
  laidOut.port1.onmessage = ({ data: gap }) => {
    if (!part("rows")) return;
    const sample = look();
    probe.mostRows = Math.max(probe.mostRows, sample.count);
    probe.frames.push({ at: performance.now(), gap, isAtEnd: sample.distance <= atEnd, isBlank: sample.blank });
    if (probe.anchor) {
      const now = sample.shown.find(([offset]) => offset === probe.anchor.offset);
      probe.drift = Math.max(probe.drift, now ? Math.abs(now[1] - probe.anchor.top) : lost);
    }
    if (probe.watchThrow && previous) {
      // The reader turns the wheel up: rows that were there may only move down, and some of them are still there.
      const before = new Map(previous.shown);
      const stayed = sample.shown.filter(([offset]) => before.has(offset));
      probe.thrown = Math.max(probe.thrown, stayed.length === 0 ? lost : 0, ...stayed.map(([offset, top]) => before.get(offset) - top));
    }
    if (probe.wanted?.since !== undefined && probe.wanted.holds(sample)) {
      probe.wanted.resolve(performance.now() - probe.wanted.since);
      probe.wanted = null;
    }
    previous = sample;
  };

  function frame(at) {
    laidOut.port2.postMessage(lastFrame === 0 ? 0 : at - lastFrame);
    lastFrame = at;
    requestAnimationFrame(frame);
  }
  requestAnimationFrame(frame);

  /** Milliseconds from the next event of that name to the first frame in which something holds. */
  probe.from = (name, holds) => {
    probe.waited = new Promise(resolve => { probe.wanted = { holds, resolve }; });
    addEventListener(name, () => { if (probe.wanted) probe.wanted.since ??= performance.now(); }, { capture: true, once: true });
  };
  /** The same from now on; at the start of a page, from the navigation. */
  probe.since = (moment, holds) => new Promise(resolve => { probe.wanted = { since: moment, holds, resolve }; });

  probe.seen = () => {
    const { frames, lags, longTasks, mostRows, drift, thrown } = probe;
    return { frames, lags, longTasks, mostRows, drift, thrown };
  };
  probe.reset = () => {
    probe.frames = [];
    probe.lags = [];
    probe.longTasks = 0;
    probe.drift = 0;
    probe.thrown = 0;
  };
  probe.hold = () => {
    const [offset, top] = previous.shown[0];
    probe.anchor = { offset, top };
  };
  probe.letGo = () => { probe.anchor = null; };
  probe.leaveByWheel = () => {
    probe.firstWheel = null;
    addEventListener("wheel", () => {
      probe.firstWheel = performance.now();
      previous = null;
      probe.watchThrow = true;
    }, { capture: true, once: true, passive: true });
  };
  probe.left = () => {
    probe.watchThrow = false;
    const after = probe.frames.filter(frame => frame.at >= probe.firstWheel);
    const last = after.findLastIndex(frame => frame.isAtEnd);
    return last < 0 ? 0 : after[last].at - probe.firstWheel;
  };

  new PerformanceObserver(list => list.getEntries().forEach(entry => { probe.longTasks += entry.duration; })).observe({ type: "longtask" });

  addEventListener("DOMContentLoaded", () => {
    // A row shows an event from when it is put into the document, or when one that is there becomes that event's.
    new MutationObserver(changes => {
      const now = Date.now();
      const shown = time => probe.lags.push(now - Date.parse(time.dateTime));
      for (const change of changes) {
        if (change.type === "attributes") shown(change.target);
        for (const node of change.addedNodes) {
          if (node instanceof Element) node.querySelectorAll("time[datetime]").forEach(shown);
        }
      }
    }).observe(document.querySelector("event-stream"), { childList: true, subtree: true, attributeFilter: ["datetime"] });
  });
})();

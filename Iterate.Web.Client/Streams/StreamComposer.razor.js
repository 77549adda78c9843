// @ts-check
// What only the browser knows of a composer: the text being typed, the draft that survives a reload, the height of
// the field, the keys. Judging and appending is the island's.

const JUDGE_AFTER_MS = 200;
const TEMPLATE = '{\n  "type": "note/added",\n  "payload": { "text": "" }\n}';

/**
 * @param {HTMLFormElement} form
 * @param {{ invokeMethodAsync(name: string, ...args: unknown[]): Promise<any> }} island
 */
export function attach(form, island) {
  const text = /** @type {HTMLTextAreaElement} */ (form.querySelector('textarea'));
  const listeners = new AbortController();
  const { signal } = listeners;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let judging;
  let fitting = 0;
  /** What was offered to begin with; as long as it stands there nobody has typed anything. @type {string | null} */
  let offered = null;
  /** A template that was asked for and may not have come yet. */
  let offering = Promise.resolve();

  fit(text);

  text.addEventListener('input', changed, { signal });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      append();
    }
  }, { signal });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    append();
  }, { signal });
  text.addEventListener('focus', () => { if (offered === null) offering = offer(null); }, { signal });
  form.querySelector('[data-composer=template]')?.addEventListener('click', () => { text.focus(); offering = offer(null); }, { signal });
  form.addEventListener('pointerdown', (event) => {
    if (typeOf(event)) event.preventDefault(); // The keyboard of a phone stays.
  }, { signal });
  form.addEventListener('click', (event) => {
    const type = typeOf(event);
    if (type) choose(type);
  }, { signal });
  document.addEventListener('composer-template', (event) => fill(/** @type {CustomEvent} */ (event).detail), { signal });

  function changed() {
    // Measuring is dear, and a text of many lines may come with an input event for each.
    fitting ||= requestAnimationFrame(() => { fitting = 0; fit(text); });
    clearTimeout(judging);
    judging = setTimeout(() => island.invokeMethodAsync('Judge', text.value), JUDGE_AFTER_MS);
  }

  /** Fills an empty field, all selected, so that the first key replaces it. @param {string | null} type */
  async function offer(type) {
    offered ??= '';
    const found = island.invokeMethodAsync('TemplateAsync', type); // Asked in any case: the types come with it.
    const template = (type === null && sessionStorage.getItem(lastOf(text))) || await found || TEMPLATE;
    if (text.value !== '' && text.value !== offered) return;
    offered = text.value = template;
    fit(text);
    text.focus();
    text.select();
    island.invokeMethodAsync('Judge', template);
  }

  /** @param {string} type */
  function choose(type) {
    const retyped = text.value.replace(/("type"\s*:\s*)"(?:[^"\\]|\\.)*"/, (_, key) => key + JSON.stringify(type));
    if (text.value === '' || text.value === offered || retyped === text.value) offering = offer(type);
    else fill(retyped);
  }

  async function append() {
    clearTimeout(judging);
    await Promise.allSettled([offering]); // What was chosen is appended, not what stood there before it came.
    const sent = text.value;
    if (await island.invokeMethodAsync('AppendAsync', sent, keyOf(text)) && text.value === sent) {
      sessionStorage.removeItem(nameOf(text));
      sessionStorage.setItem(lastOf(text), sent);
      offered ??= ''; // An empty field stays empty, also where nothing was offered before.
      fill('');
    }
  }

  /** @param {string} value */
  function fill(value) {
    text.value = value;
    text.dispatchEvent(new Event('input', { bubbles: true })); // The draft is kept by whoever listens.
    text.focus();
  }

  return {
    text: () => text.value,
    dispose: () => { clearTimeout(judging); cancelAnimationFrame(fitting); listeners.abort(); },
  };
}

/** Grows with its text to 35 % of what is visible, then scrolls. @param {HTMLTextAreaElement} text */
function fit(text) {
  text.style.height = 'auto';
  const most = (visualViewport?.height ?? innerHeight) * 0.35;
  text.style.height = `${Math.min(text.scrollHeight + 2, most)}px`;
}

/** @param {HTMLTextAreaElement} text */
const nameOf = (text) => `append-key:${text.dataset.draft}`;

/** Where the event last appended here is kept. @param {HTMLTextAreaElement} text */
const lastOf = (text) => `appended:${text.dataset.draft}`;

/** The type a chip offers. @param {Event} event */
const typeOf = (event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest('[data-template-type]'))?.dataset.templateType;

/**
 * The idempotency key of what is in the field: kept over reloads for as long as the text is the same, because an
 * append whose answer was lost may have been committed.
 * @param {HTMLTextAreaElement} text
 */
function keyOf(text) {
  const stored = JSON.parse(sessionStorage.getItem(nameOf(text)) ?? 'null');
  if (stored?.text === text.value) return stored.key;
  const key = crypto.randomUUID();
  sessionStorage.setItem(nameOf(text), JSON.stringify({ text: text.value, key }));
  return key;
}

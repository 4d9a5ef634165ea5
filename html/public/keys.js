/** The keyboard (the help dialog tells it, html/help.ts), how the page looks, dialogs and copying. */

/* The view is kept in a cookie that the server reads: see html/view.ts. */
const view = byId('view');
function keepView() {
  const chosen = Object.fromEntries(new FormData(view));
  const kept = {
    theme: chosen.theme,
    refresh: chosen.refresh,
    wrap: chosen.wrap ?? '0',
    times: chosen.times ?? '0',
    announce: chosen.announce ?? '0',
  };
  const value = encodeURIComponent(new URLSearchParams(kept).toString());
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `limpet-view=${value}; path=/; max-age=31536000; samesite=lax`;
  root.dataset.theme = kept.theme;
  root.dataset.wrap = kept.wrap === '1' ? 'on' : 'off';
  root.dataset.times = kept.times === '1' ? 'on' : 'off';
  byId('log')?.setAttribute('aria-live', kept.announce === '1' ? 'polite' : 'off');
}
view?.addEventListener('change', (event) => {
  keepView();
  if (event.target.name === 'refresh' && document.querySelector('.tail:not(#tail)')) location.reload();
});

function nextTheme() {
  const { theme } = view.elements;
  theme.selectedIndex = (theme.selectedIndex + 1) % theme.options.length;
  keepView();
  say(`Theme: ${theme.selectedOptions[0].text}`);
}

const say = (text) => {
  byId('said').textContent = text;
};

/* A menu goes away when one goes elsewhere. */
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(event.target)) menu.open = false;
});

/* What comes into the dialog for confirming is shown in front of everything. */
document.addEventListener('htmx:after:swap', () => {
  const dialog = byId('confirm');
  if (dialog && dialog.childElementCount > 0 && !dialog.open) dialog.showModal();
});
document.addEventListener('click', (event) => {
  if (event.target.closest?.('[data-close]')) {
    event.preventDefault();
    byId('confirm').close();
  }
  if (event.target.nodeName === 'DIALOG') event.target.close();
  copy(event.target.closest?.('[data-copy]'));
});
byId('confirm')?.addEventListener('close', (event) => event.target.replaceChildren());
byId('help-open')?.addEventListener('click', () => byId('help').showModal());

async function copy(button) {
  if (!button) return;
  const { copy: what } = button.dataset;
  const selector = what === 'text' ? '.text' : '.out pre';
  const source = what === 'text' || what === 'out' ? button.closest('.block').querySelectorAll(selector) : [byId(what)];
  const shown = [...source].map((element) => element.textContent).join('');
  const cut = what === 'out' ? button.closest('.block').querySelector('.cut') : undefined;
  const all = cut ? readAll(cut.dataset.all) : shown;
  // A promise, as a browser lets one write only just after a click.
  const text = Promise.resolve(all).then((known) => new Blob([known ?? shown], { type: 'text/plain' }));
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })]);
  const isAll = (await all) !== undefined;
  if (!isAll) notify('Only the lines that are shown were copied. All of it is behind the links above them.');
  button.classList.toggle('done', isAll);
  say(isAll ? 'Copied' : 'Copied in part');
  setTimeout(() => button.classList.remove('done'), 1_200);
}

/* All of an output of which a part is shown; undefined where it is too much, or cannot be read. */
async function readAll(address) {
  const response = await fetch(address).catch(() => undefined);
  return response?.ok ? response.text().catch(() => undefined) : undefined;
}

/* A line for the person, where the server's are. */
function notify(text) {
  const paragraph = document.createElement('p');
  paragraph.textContent = text;
  byId('notice').replaceChildren(paragraph);
}

/* Next and previous command, or row. */
function step(by) {
  const all = [...document.querySelectorAll('.block, .list tbody tr, .hits li')];
  const at = all.findIndex((element) => element.contains(document.activeElement));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  (next?.matches('.block') ? next : next?.querySelector('a'))?.focus();
}

function search() {
  const field = document.querySelector('main [type=search]:not(dialog *)');
  if (field) field.focus();
  else if (byId('history')) openHistory();
  else location.assign('/');
}

const places = { s: '/', j: '/jobs', h: '/hosts', u: '/usage', a: '/audit', k: '/keys' };
let isGoing = false;
const keys = {
  '/': search,
  '?': () => byId('help').showModal(),
  j: () => step(1),
  k: () => step(-1),
  r: () => setPaused(!isPaused),
  t: nextTheme,
  f: () => goToEnd(),
  i: () => byId('command')?.focus(),
  g: () => {
    isGoing = true;
    setTimeout(() => {
      isGoing = false;
    }, 1_500);
  },
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !view) return;
  const field = event.target.closest?.('input, textarea, select');
  if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
    for (const menu of document.querySelectorAll('details.menu[open]')) menu.open = false;
    field?.blur();
  }
  if (field || document.querySelector('dialog[open]')) return;
  const act = isGoing && places[event.key] ? () => location.assign(places[event.key]) : keys[event.key];
  isGoing = false;
  if (!act || (document.body.classList.contains('replay') && 'jk'.includes(event.key))) return;
  event.preventDefault();
  act();
});

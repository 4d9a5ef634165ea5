/** The command line of a session's page: its keys, its history and completion. live.js, keys.js and sending.js come before it. */

const line = byId('command');
const suggestion = byId('suggestion');
const hint = suggestion ? [...suggestion.childNodes] : [];
let place = 0;
let draft;
let completion = '';

const textsOnPage = () => [...document.querySelectorAll('.block .text')].map((element) => element.textContent);

function write(text) {
  line.value = text;
  line.setSelectionRange(text.length, text.length);
  renewKey(line.form);
}

/* The history of the arrow keys is what is on the page; Ctrl-R looks further back. */
function recall(by) {
  const texts = textsOnPage();
  const next = Math.min(Math.max(place + by, 0), texts.length);
  if (next === place) return;
  if (place === 0) draft = new FormData(line.form);
  place = next;
  if (place === 0) fill(line.form, draft);
  else write(texts.at(-place));
  suggest('');
}

function suggest(text) {
  completion = text;
  if (!text) return suggestion.replaceChildren(...hint);
  const [key, rest] = [document.createElement('kbd'), document.createElement('code')];
  key.textContent = 'Tab';
  rest.textContent = text;
  suggestion.replaceChildren(key, ' ', rest);
}

/* On the page first; what is older is asked for once one pauses. */
let asking = 0;
function complete() {
  clearTimeout(asking);
  const { value } = line;
  const fits = (text) => text.startsWith(value) && text !== value;
  if (value.trim() === '') return suggest('');
  const found = textsOnPage().findLast(fits);
  suggest(found ?? '');
  if (found || value.length < 2) return;
  asking = setTimeout(async () => {
    const response = await fetch(`${line.dataset.history}?format=json&prefix=${encodeURIComponent(value)}`);
    const older = response.ok ? (await response.json()).find(fits) : undefined;
    if (older && line.value === value) suggest(older);
  }, 200);
}

function onKey(event) {
  const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
  const isFirstRow = !line.value.slice(0, line.selectionStart).includes('\n');
  const isLastRow = !line.value.slice(line.selectionEnd).includes('\n');
  const isNothingSelected = line.selectionStart === line.selectionEnd && getSelection().isCollapsed;
  if (event.key === 'Enter' && isPlain) line.form.requestSubmit();
  else if (event.key === 'ArrowUp' && isPlain && isFirstRow) recall(1);
  else if (event.key === 'ArrowDown' && isPlain && isLastRow) recall(-1);
  else if (event.key === 'Tab' && isPlain && completion) {
    write(completion);
    suggest('');
  } else if (event.key === 'r' && event.ctrlKey) openHistory();
  else if (event.key === 'c' && event.ctrlKey && isNothingSelected) byId('interrupt').click();
  else return;
  event.preventDefault();
}
line?.addEventListener('keydown', (event) => event.isComposing || onKey(event));

line?.addEventListener('input', () => {
  place = 0;
  complete();
});

line?.form.addEventListener('htmx:config:request', (event) => {
  if (event.target !== line.form) return;
  place = 0;
  suggest('');
});

document.addEventListener('htmx:after:request', (event) => {
  if (!line || event.target !== line.form || event.detail.ctx.response.status >= 400) return;
  goToEnd();
  lookAtEnd();
});

/* The search of the history: what is chosen goes to the command line, and is not run. */
const dialog = byId('history');
function openHistory() {
  if (!dialog) return;
  dialog.querySelector('input').value = '';
  chosenText = '';
  dialog.showModal();
  htmx.trigger(dialog.querySelector('input'), 'open', {}, false);
}
const found = () => [...dialog.querySelectorAll('#history-list button')];
let chosenText = '';
/* What one has gone to stays chosen when the list comes again. */
document.addEventListener('htmx:after:swap', () => {
  const kept = dialog?.open && found().find((button) => button.textContent === chosenText);
  if (!kept) return;
  for (const button of found()) button.classList.toggle('chosen', button === kept);
});
dialog?.addEventListener('keydown', (event) => {
  const all = found();
  const at = all.findIndex((button) => button.classList.contains('chosen'));
  if (event.key === 'Enter') all[Math.max(at, 0)]?.click();
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = all[Math.min(Math.max(at + (event.key === 'ArrowDown' ? 1 : -1), 0), all.length - 1)];
    all[at]?.classList.remove('chosen');
    next?.classList.add('chosen');
    chosenText = next?.textContent ?? '';
    next?.scrollIntoView({ block: 'nearest' });
  } else return;
  event.preventDefault();
});
dialog?.addEventListener('click', (event) => {
  const chosen = event.target.closest('#history-list button');
  if (!chosen) return;
  dialog.close();
  write(chosen.textContent);
  line.focus();
});

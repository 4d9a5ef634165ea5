/**
 * What htmx cannot say in attributes, and nothing else: when the live element asks, where the window scrolls, and the keys of
 * the command line. Without this the page reads and its forms work.
 */

const retryMsMin = 500;
const retryMsMax = 8_000;
let retryMs = retryMsMin;
let isAsking = false;
let isPoked = false;
let isAtEnd = true;
let linesMissed = 0;

const byId = (id) => document.getElementById(id);

/* The live element asks by itself after its delay. "tail" makes it ask now. */
function ask() {
  isPoked = isAsking;
  if (!isAsking) for (const element of document.querySelectorAll('.tail')) htmx.trigger(element, 'tail', {}, false);
}

const asked = new WeakSet();

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.classList.contains('tail')) return;
  // A tab that nobody sees asks nothing; it asks at once when it is looked at again.
  if (document.hidden) return event.preventDefault();
  asked.add(ctx);
  isAsking = true;
});
document.addEventListener('visibilitychange', () => document.hidden || ask());

document.addEventListener('htmx:finally:request', (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (!asked.has(ctx)) {
    if (ctx.request.method !== 'GET' && status >= 200 && status < 400) ask();
    return;
  }
  isAsking = false;
  byId('offline').hidden = status === 200 || status === 401;
  if (status === 200) {
    retryMs = retryMsMin;
    if (isPoked) ask();
  } else {
    // The element is still the old one, and nothing but this would make it ask again.
    retryMs = Math.min(retryMs * 2, retryMsMax);
    setTimeout(ask, retryMs);
  }
});

/* The window stays at the end only if it is there; else it stays where one reads, and a button tells of what came. */
addEventListener(
  'scroll',
  () => {
    isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 24;
    if (!isAtEnd) return;
    linesMissed = 0;
    showMissed();
  },
  { passive: true },
);

function showMissed() {
  const pill = byId('pill');
  if (!pill) return;
  pill.hidden = linesMissed === 0;
  pill.textContent = linesMissed === 1 ? '1 new line ↓' : `${linesMissed} new lines ↓`;
}

const goToEnd = () => scrollTo({ top: document.documentElement.scrollHeight });

if (byId('log')) {
  const lines = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.textContent.split('\n').length - 1 : 0);
  new MutationObserver((changes) => {
    if (isAtEnd) return goToEnd();
    const sum = (change, key) => [...change[key]].reduce((count, node) => count + lines(node), 0);
    for (const change of changes) {
      if (change.target.closest('.out'))
        linesMissed += Math.max(0, sum(change, 'addedNodes') - sum(change, 'removedNodes'));
      else linesMissed += [...change.addedNodes].filter((node) => node.classList?.contains('block')).length;
    }
    showMissed();
  }).observe(byId('log'), { childList: true, subtree: true });
  byId('pill').addEventListener('click', goToEnd);
  const wanted = /^#c(\d+)$/.exec(location.hash)?.[1];
  if (wanted && !byId(`c${wanted}`)) location.replace(`?before=${Number(wanted) + 1}${location.hash}`);
  else if (!wanted && byId('composer')) goToEnd();
}

/* The command line. Its history is the commands on the page. */
const line = byId('command');
let place = 0;
let draft = '';

function recall(step) {
  const texts = [...document.querySelectorAll('.block .text')].map((element) => element.textContent);
  const next = Math.min(Math.max(place + step, 0), texts.length);
  if (next === place) return;
  if (place === 0) draft = line.value;
  place = next;
  line.value = place === 0 ? draft : texts.at(-place);
  line.setSelectionRange(line.value.length, line.value.length);
}

const renewKey = () => {
  byId('command-key').value = crypto.randomUUID();
};

line?.addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  const isFirstRow = !line.value.slice(0, line.selectionStart).includes('\n');
  const isLastRow = !line.value.slice(line.selectionEnd).includes('\n');
  const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
  if (event.key === 'Enter' && isPlain) line.form.requestSubmit();
  else if (event.key === 'ArrowUp' && isPlain && isFirstRow) recall(1);
  else if (event.key === 'ArrowDown' && isPlain && isLastRow) recall(-1);
  else if (
    event.key === 'c' &&
    event.ctrlKey &&
    line.selectionStart === line.selectionEnd &&
    getSelection().isCollapsed
  )
    interrupt();
  else return;
  event.preventDefault();
});

/* Another text is another command; the same text sent again after a failure is the same one, and is run once. */
line?.addEventListener('input', () => {
  place = 0;
  renewKey();
});

line?.form.addEventListener('htmx:after:request', (event) => {
  if (event.target !== line.form || event.detail.ctx.response.status >= 400) return;
  line.value = '';
  place = 0;
  renewKey();
  isAtEnd = true;
});

function interrupt() {
  document.querySelector('.block:has(.status.running) .act')?.requestSubmit();
}

/* Typing anywhere on a session's page goes to the command line. */
document.addEventListener('keydown', (event) => {
  const isTyping = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (line && isTyping && event.key !== ' ' && !event.target.closest?.('input, textarea, select, button, a'))
    line.focus();
});

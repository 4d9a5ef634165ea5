/**
 * What htmx cannot say in attributes: here when the live elements ask and where the window stays; in keys.js the keyboard, the view
 * and the dialogs; in line.js the command line. Without them the pages read and their forms work.
 */

const retryMsMin = 500;
const retryMsMax = 8_000;
let retryMs = retryMsMin;
let retryTimer;
let isPaused = false;
let linesMissed = 0;

const byId = (id) => document.getElementById(id);

/* A live element asks by itself. "tail" makes it ask now, in place of what it has asked and was not told yet (hx-sync). */
function tellTails(event) {
  for (const element of document.querySelectorAll('.tail')) htmx.trigger(element, event, {}, false);
}
const ask = () => tellTails('tail');
/* What is under way is given up: a request may be held until there is something new, and an answer would change the page. */
const rest = () => tellTails('htmx:abort');

function setPaused(value) {
  isPaused = value;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(value));
  button.lastElementChild.textContent = value ? 'Paused' : 'Live';
  if (value) rest();
  else ask();
}
byId('pause')?.addEventListener('click', () => setPaused(!isPaused));

const asked = new WeakSet();

/* A list in which something is selected or being chosen stays as it is; a session's page only grows, so it may go on. */
function isHeld(element) {
  if (element.id === 'tail') return false;
  const selection = getSelection();
  const isSelected = !selection.isCollapsed && element.contains(selection.anchorNode);
  return isSelected || element.matches(':has(select:focus, input:focus)');
}

document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.classList.contains('tail')) return;
  // A tab that nobody sees asks nothing; it asks at once when it is looked at again.
  if (document.hidden || isPaused || isHeld(ctx.sourceElement)) return event.preventDefault();
  asked.add(ctx);
});
document.addEventListener('visibilitychange', () => (document.hidden ? rest() : ask()));
/* Whether that is so, a request tells. */
addEventListener('offline', ask);
addEventListener('online', ask);

document.addEventListener('htmx:finally:request', (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (!asked.has(ctx)) {
    if (ctx.request.method !== 'GET' && status >= 200 && status < 400) ask();
    return;
  }
  const { aborted, reason } = ctx.request.signal;
  if (aborted && reason !== 'timeout') return;
  byId('offline').hidden = status === 200 || status === 401;
  if (status === 200) retryMs = retryMsMin;
  else {
    // The element is still the old one, and nothing but this would make it ask again.
    retryMs = Math.min(retryMs * 2, retryMsMax);
    clearTimeout(retryTimer);
    retryTimer = setTimeout(ask, retryMs);
  }
});

/* How long a command has run is counted on here: the server tells it only with what is new. */
const told = new WeakMap();
const elapsed = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds} s`;
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};
setInterval(() => {
  if (document.hidden || isPaused) return;
  for (const element of document.querySelectorAll('[data-run-ms]')) {
    if (!told.has(element)) told.set(element, performance.now() - Number(element.dataset.runMs));
    const seconds = Math.floor((performance.now() - told.get(element)) / 1_000);
    element.firstChild.data = elapsed(seconds);
  }
}, 1_000);

/* The window stays at the end only if it is there; else it stays where one reads, and a button tells of what came. */
const root = document.documentElement;
/* Where the end was when it was last looked at: a change has moved it by the time one hears of it. */
let end = 0;
const isAtEnd = () => innerHeight + scrollY >= end - 24;
const goToEnd = () => scrollTo({ top: root.scrollHeight });

function lookAtEnd() {
  end = root.scrollHeight;
  if (isAtEnd()) linesMissed = 0;
  showMissed();
}
addEventListener('scroll', lookAtEnd, { passive: true });
addEventListener('resize', lookAtEnd, { passive: true });

function showMissed() {
  const pill = byId('pill');
  if (!pill) return;
  if (linesMissed === 0 && document.activeElement === pill)
    [...document.querySelectorAll('.block')].at(-1)?.focus({ preventScroll: true });
  pill.hidden = linesMissed === 0;
  pill.textContent = linesMissed === 1 ? '1 new line ↓' : `${linesMissed} new lines ↓`;
}

function noteGrowth(changes) {
  if (isAtEnd()) goToEnd();
  else {
    const lines = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.textContent.split('\n').length - 1 : 0);
    const sum = (change, key) => [...change[key]].reduce((count, node) => count + lines(node), 0);
    for (const change of changes) {
      // Earlier lines come in before what has loaded them.
      if (change.nextSibling?.matches?.('.earlier')) continue;
      if (change.target.closest('.out'))
        linesMissed += Math.max(0, sum(change, 'addedNodes') - sum(change, 'removedNodes'));
      else linesMissed += [...change.addedNodes].filter((node) => node.classList?.contains('block')).length;
    }
  }
  lookAtEnd();
}

/* Earlier lines come in above the one that is read, which stays where it is. */
let kept;
document.addEventListener('htmx:before:swap', ({ detail: { ctx } }) => {
  const below = ctx.sourceElement.closest('.earlier')?.nextElementSibling;
  const top = below?.getBoundingClientRect().top;
  if (top < innerHeight) kept = { ctx, below, top };
});
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (kept?.ctx === ctx) scrollBy({ top: kept.below.getBoundingClientRect().top - kept.top });
});

if (byId('pill')) {
  new MutationObserver(noteGrowth).observe(byId('log'), { childList: true, subtree: true });
  byId('pill').addEventListener('click', goToEnd);
  const wanted = /^#c(\d+)$/.exec(location.hash)?.[1];
  if (wanted && !byId(`c${wanted}`)) location.replace(`?before=${Number(wanted) + 1}${location.hash}`);
  else if (!wanted && byId('composer')) goToEnd();
  lookAtEnd();
}

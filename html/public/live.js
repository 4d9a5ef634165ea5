/**
 * What htmx cannot say in attributes: here when the live elements ask and where the window stays; in keys.js the keyboard, the view
 * and the dialogs; in line.js the command line. Without them the pages read and their forms work.
 */

const retryMsMin = 500;
const retryMsMax = 8_000;
let retryMs = retryMsMin;
let isAsking = false;
let isPoked = false;
let isPaused = false;
let linesMissed = 0;

const byId = (id) => document.getElementById(id);

/* A live element asks by itself after its delay. "tail" makes it ask now; htmx drops it while an answer is on its way, and then it asks again. */
function ask() {
  isPoked = isAsking;
  for (const element of document.querySelectorAll('.tail')) htmx.trigger(element, 'tail', {}, false);
}

function setPaused(value) {
  isPaused = value;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(value));
  button.lastElementChild.textContent = value ? 'Paused' : 'Live';
  if (!value) ask();
}
byId('pause')?.addEventListener('click', () => setPaused(!isPaused));

const asked = new WeakSet();

/* A list in which something is selected or being chosen stays as it is; a session's page only grows, so it may go on. */
function isHeld(element) {
  if (element.id === 'tail' || element.id === 'screen-tail') return false;
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
  if (ctx.sourceElement.id === 'tail') isAsking = true;
});
document.addEventListener('visibilitychange', () => document.hidden || ask());

document.addEventListener('htmx:finally:request', (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (!asked.has(ctx)) {
    if (ctx.request.method !== 'GET' && status >= 200 && status < 400) ask();
    return;
  }
  if (ctx.sourceElement.id === 'tail') isAsking = false;
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
  pill.hidden = linesMissed === 0;
  pill.textContent = linesMissed === 1 ? '1 new line ↓' : `${linesMissed} new lines ↓`;
}

function noteGrowth(changes) {
  if (isAtEnd()) goToEnd();
  else {
    const lines = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.textContent.split('\n').length - 1 : 0);
    const sum = (change, key) => [...change[key]].reduce((count, node) => count + lines(node), 0);
    for (const change of changes) {
      if (change.target.closest('.out'))
        linesMissed += Math.max(0, sum(change, 'addedNodes') - sum(change, 'removedNodes'));
      else linesMissed += [...change.addedNodes].filter((node) => node.classList?.contains('block')).length;
    }
  }
  lookAtEnd();
}

if (byId('pill')) {
  new MutationObserver(noteGrowth).observe(byId('log'), { childList: true, subtree: true });
  byId('pill').addEventListener('click', goToEnd);
  const wanted = /^#c(\d+)$/.exec(location.hash)?.[1];
  if (wanted && !byId(`c${wanted}`)) location.replace(`?before=${Number(wanted) + 1}${location.hash}`);
  else if (!wanted && byId('composer')) goToEnd();
  lookAtEnd();
}

/** The command line of a session's page: its keys and its history. live.js comes before it and asks for what is new. */

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
  goToEnd();
  lookAtEnd();
});

/* Whatever the page shows by now: the host knows what runs. */
function interrupt() {
  byId('interrupt').click();
}

/* Typing anywhere on a session's page goes to the command line. */
document.addEventListener('keydown', (event) => {
  const isTyping = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (line && isTyping && event.key !== ' ' && !event.target.closest?.('input, textarea, select, button, a'))
    line.focus();
});

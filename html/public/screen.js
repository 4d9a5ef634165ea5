/** Keys for the program on a session's screen: each is sent as it is pressed, in order. Ctrl-] leaves the field. */
const typing = document.querySelector('[data-keys]');
const field = byId('keys');
const names = { ' ': 'Space', ArrowUp: 'Up', ArrowDown: 'Down', ArrowLeft: 'Left', ArrowRight: 'Right' };
const known = /^(Enter|Tab|Escape|Backspace|Space|Up|Down|Left|Right|Home|End|PageUp|PageDown|Insert|Delete|F\d+)$/;
let waiting = [];
let isSending = false;

/* One request at a time, with all that was typed meanwhile: so no key overtakes another. */
async function send(...keys) {
  waiting.push(...keys);
  if (isSending) return;
  isSending = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 500);
    const body = new URLSearchParams({ keys: JSON.stringify(batch) });
    const response = await fetch(typing.dataset.keys, {
      method: 'POST',
      headers: { 'HX-Request': 'true' },
      body,
    }).catch(() => undefined);
    byId('notice').innerHTML = response?.ok ? '' : ((await response?.text()) ?? '');
    if (!response?.ok) waiting = [];
    ask();
  }
  isSending = false;
}

const isPaste = ({ key, ctrlKey, shiftKey, altKey }) =>
  !altKey && (ctrlKey ? key.toLowerCase() === 'v' : shiftKey && key === 'Insert');

/* What AltGr makes of a key, or Option on a Mac, is a character, and no key with Alt. */
const isMac = navigator.platform.startsWith('Mac');
function isCharacter(event) {
  const { key, code, altKey, ctrlKey } = event;
  if (key.length !== 1) return false;
  const isOther = isMac || (code.startsWith('Key') && !/[a-z]/i.test(key));
  return event.getModifierState('AltGraph') || (altKey && !ctrlKey && isOther);
}

field?.addEventListener('keydown', (event) => {
  if (event.isComposing || event.metaKey || isPaste(event) || isCharacter(event)) return;
  if (event.ctrlKey && event.key === ']') byId('command').focus();
  else {
    const name = names[event.key] ?? event.key;
    const prefix = `${event.ctrlKey ? 'C-' : ''}${event.altKey ? 'M-' : ''}`;
    const isNamed = known.test(name) && name !== 'Space';
    if (isNamed) send(`${event.shiftKey ? 'S-' : ''}${prefix}${name}`);
    else if (prefix && name.length === 1) send(prefix + name.toLowerCase());
    else return;
  }
  event.preventDefault();
});
/* A field of one line would join the lines; a terminal gets Enter between them. */
field?.addEventListener('paste', (event) => {
  event.preventDefault();
  const text = event.clipboardData.getData('text').replaceAll(/\r?\n/g, '\r');
  if (text) send({ text });
});
/* Letters come this way, also from keyboards on glass and from other scripts. */
field?.addEventListener('input', () => {
  const text = field.value;
  field.value = '';
  if (text) send({ text });
});
typing?.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = event.submitter?.value;
  if (name) send(name);
  field.focus();
});

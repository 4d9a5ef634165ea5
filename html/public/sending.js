/**
 * What is written in a line and sent (`data-line`) leaves its field at once with a key of its own, so that what is typed meanwhile is the
 * next. What is not taken comes back to be sent again under the same key; what was sent behind it is not sent, and comes back, too.
 */

/* In the order in which they were sent. */
let underWay = [];

const writtenIn = (form) => form.querySelector('textarea, input:not([type])');

/* Another text is another command; the same text sent again after a failure is the same one, and is run once. */
function renewKey(form) {
  if (form.elements.key) form.elements.key.value = crypto.randomUUID();
}
document.addEventListener('input', ({ target }) => target.form?.matches('[data-line]') && renewKey(target.form));

/* Puts what a form had back into its fields. */
function fill(form, body) {
  for (const field of form.elements) {
    if (field.type === 'checkbox') field.checked = body.has(field.name);
    else if (field.name && field.type !== 'submit') field.value = body.get(field.name) ?? '';
  }
}

document.addEventListener('htmx:config:request', (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement;
  if (!form.matches('[data-line]')) return;
  underWay.push({ ctx, form, body: ctx.request.body, submitter: ctx.request.submitter });
  writtenIn(form).value = '';
  renewKey(form);
});

/* What came back before its turn is not sent now. */
document.addEventListener('htmx:before:request', (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches('[data-line]') && !underWay.some((sent) => sent.ctx === ctx)) event.preventDefault();
});

document.addEventListener('htmx:finally:request', (event) => {
  const sent = underWay.find(({ ctx }) => ctx === event.detail.ctx);
  if (!sent) return;
  const status = sent.ctx.response?.status ?? 0;
  const isTaken = status >= 200 && status < 400;
  const back = isTaken ? [sent] : underWay.filter(({ form }) => form === sent.form);
  underWay = underWay.filter((other) => !back.includes(other));
  if (isTaken) return;
  giveBack(sent.form, back);
  if (status === 0) notify(sent.form.querySelector('.unsent').dataset.lost);
});

/* Into the field, if nothing was typed meanwhile; else beside it, each with a button that sends it. */
function giveBack(form, back) {
  const list = form.querySelector('.unsent');
  const isAlone = back.length === 1 && writtenIn(form).value === '' && list.childElementCount === 0;
  if (isAlone) fill(form, back[0].body);
  else list.append(...back.map(itemOf));
  if (!form.isConnected) showLeft();
}

/* Of a session that was closed meanwhile, what was written last can still be read and copied. */
const composer = document.querySelector('form#composer');
function showLeft() {
  const left = byId('left');
  const unsent = [...composer.querySelectorAll('.unsent code')].map((code) => code.textContent);
  const text = [...unsent, writtenIn(composer).value].filter((part) => part.trim()).join('\n');
  if (!left || !text) return;
  left.hidden = false;
  left.querySelector('textarea').value = text;
  if (document.activeElement.matches('body, #composer')) left.querySelector('textarea').focus({ preventScroll: true });
}
document.addEventListener(
  'htmx:after:swap',
  () => composer && !composer.isConnected && byId('left')?.hidden && showLeft(),
);

function itemOf(sent) {
  const item = byId('unsent-item').content.firstElementChild.cloneNode(true);
  item.querySelector('code').textContent = sent.body.get(writtenIn(sent.form).name);
  const [again, discard] = item.querySelectorAll('button');
  again.addEventListener('click', () => sendAgain(sent));
  for (const button of [again, discard])
    button.addEventListener('click', () => {
      item.remove();
      writtenIn(sent.form).focus();
    });
  return item;
}

/* As if it stood in the field; what stands there stays. */
function sendAgain({ form, body, submitter }) {
  const written = new FormData(form);
  fill(form, body);
  form.requestSubmit(submitter);
  fill(form, written);
}

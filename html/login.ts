/** The page that asks for a key. */
import { html } from 'hono/html';
import { type Frame, type Html, page } from './page.ts';

/** The form; `problem` says why the last try failed. */
export function loginPage(frame: Frame, problem?: string): Html {
  return page({
    frame,
    title: 'Log in',
    kind: 'small',
    main: html`<form class="card login" method="post" action="/login">
<img src="${frame.assets['icon.svg']}" alt="" width="40" height="40">
<h1>Log in to limpet</h1>
${problem ? html`<p class="problem" role="alert">${problem}</p>` : ''}
<label for="key">Key</label>
<input id="key" name="key" type="password" autocomplete="current-password" spellcheck="false" autocapitalize="off" required autofocus placeholder="lp_…">
<button class="primary">Log in</button>
<p class="hint">Or open the one-time link that <code>npm start</code> printed.</p>
</form>`,
  });
}

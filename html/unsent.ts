/** What was sent in a line (html/public/sending.js), was not taken, and could not go back into its field. */
import { html } from 'hono/html';
import type { Html } from './page.ts';

/** Where it stands in a form. `lost`: what to say where no answer came. */
export function unsent(lost: string): Html {
  return html`<div class="unsent" role="group" aria-label="Not sent" data-lost="${lost}"></div>`;
}

/** One of it, for the script to fill in; once on a page. */
export const unsentItem = html`<template id="unsent-item"><p><code></code><button type="button">Send</button><button type="button" class="plain">Discard</button></p></template>`;

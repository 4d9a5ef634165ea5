/** The frame of every page. No inline script or style: the content policy allows neither. */
import { html } from 'hono/html';

/** A piece of HTML in which everything is escaped. */
export type Html = ReturnType<typeof html>;

/** The static files, by name, at addresses that change with their content. */
export type AssetUrls = Record<AssetName, string>;
export const assetNames = ['limpet.css', 'ansi.css', 'live.js', 'line.js', 'htmx-4.0.1.min.js', 'icon.svg'] as const;
export type AssetName = (typeof assetNames)[number];

export interface PageOptions {
  title: string;
  assets: AssetUrls;
  /** The name of the key that this browser is logged in with. */
  user?: string | undefined;
  /** Stands behind the brand in the bar: where one is. */
  place?: Html | undefined;
  main: Html;
  /** The body's class. */
  kind: string;
}

/** Settings of htmx: no history of its own, no injected styles, swaps take effect at once. */
const htmxConfig = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  defaultSettleDelay: 0,
  defaultTimeout: 20_000,
});

/** A whole document. */
export function page({ title, assets, user, place, main, kind }: PageOptions): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${htmxConfig}">
<title>${title} · limpet</title>
<link rel="icon" href="${assets['icon.svg']}" type="image/svg+xml">
<link rel="stylesheet" href="${assets['ansi.css']}">
<link rel="stylesheet" href="${assets['limpet.css']}">
<script src="${assets['htmx-4.0.1.min.js']}" defer></script>
<script src="${assets['live.js']}" defer></script>
<script src="${assets['line.js']}" defer></script>
</head>
<body class="${kind}">
<a class="skip" href="#main">Skip to content</a>
${user === undefined ? '' : bar(assets, user, place)}
<main id="main" tabindex="-1">${main}</main>
<p id="said" class="quiet-to-the-eye" role="status"></p>
<div id="offline" role="alert" hidden>The connection is lost. Trying again …</div>
</body>
</html>`;
}

function bar(assets: AssetUrls, user: string, place: Html | undefined): Html {
  return html`<header class="bar">
<a class="brand" href="/"><img src="${assets['icon.svg']}" alt="" width="22" height="22"><span class="wordmark">limpet</span></a>
<div class="place">${place ?? ''}</div>
<form class="who" method="post" action="/logout"><span class="user" title="Logged in with this key">${user}</span><button class="plain">Log out</button></form>
</header>`;
}

/** A page that says one thing: what went wrong, and what to do. */
export function messagePage(assets: AssetUrls, title: string, text: string, hint?: string): Html {
  return page({
    title,
    assets,
    kind: 'small',
    main: html`<section class="card message"><img src="${assets['icon.svg']}" alt="" width="40" height="40">
<h1>${title}</h1><p>${text}</p>${hint ? html`<p class="hint">${hint}</p>` : ''}<p><a href="/">Go to the sessions</a></p></section>`,
  });
}

/** The frame of every page. No inline script or style: the content policy allows neither. */
import { html } from 'hono/html';
import { bar } from './bar.ts';
import { helpDialog } from './help.ts';
import { readView, type View, viewAttributes } from './view.ts';

/** A piece of HTML in which everything is escaped. */
export type Html = ReturnType<typeof html>;

/** The static files, by name, at addresses that change with their content. */
export type AssetUrls = Record<AssetName, string>;
export const assetNames = [
  'limpet.css',
  'ansi.css',
  'htmx-4.0.1.min.js',
  'live.js',
  'keys.js',
  'focus.js',
  'sending.js',
  'line.js',
  'screen.js',
  'timeline.js',
  'player.js',
  'icon.svg',
] as const;
export type AssetName = (typeof assetNames)[number];

/** What every page is given: the files, who asks, and how they want it. */
export interface Frame {
  assets: AssetUrls;
  /** The key that this browser is logged in with. */
  user?: { name: string; isAdmin: boolean } | undefined;
  view: View;
}

export type Section = 'sessions' | 'jobs' | 'hosts' | 'usage' | 'audit' | 'keys';

interface PageOptions {
  frame: Frame;
  title: string;
  section?: Section | undefined;
  /** A second bar: what is looked at. */
  place?: Html | undefined;
  main: Html;
  /** The body's class. */
  kind: string;
  /** Scripts that only this page has. */
  scripts?: AssetName[];
}

/** Settings of htmx: no history of its own, no injected styles, swaps take effect at once. A held request (functions/pages/hold.ts) takes 25 s. */
const htmxConfig = JSON.stringify({
  history: false,
  includeIndicatorCSS: false,
  defaultSettleDelay: 0,
  defaultTimeout: 40_000,
});

/** A whole document. */
export function page({ frame, title, section, place, main, kind, scripts = [] }: PageOptions): Html {
  const { assets, user, view } = frame;
  const script = (name: AssetName) => html`<script src="${assets[name]}" defer></script>\n`;
  return html`<!doctype html>
<html lang="en"${viewAttributes(view)}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="htmx-config" content="${htmxConfig}">
<title>${title} · limpet</title>
<link rel="icon" href="${assets['icon.svg']}" type="image/svg+xml">
${styles.map((name) => html`<link rel="stylesheet" href="${assets[name]}">\n`)}${(['htmx-4.0.1.min.js', 'live.js', 'keys.js', 'focus.js', ...scripts] as AssetName[]).map(script)}</head>
<body class="${kind}">
<a class="skip" href="#main">Skip to content</a>
${user === undefined ? '' : bar(frame, section)}
${place === undefined ? '' : html`<div class="place" role="region" aria-label="Session">${place}</div>`}
<main id="main" tabindex="-1">${main}</main>
<p id="said" class="quiet-to-the-eye" role="status"></p>
<div id="offline" role="alert" hidden>The connection is lost. Trying again …</div>
${user === undefined ? '' : html`${helpDialog()}<dialog id="confirm" aria-label="Confirm"></dialog>`}
</body>
</html>`;
}

const styles = ['ansi.css', 'limpet.css'] as const;

/** The frame of a page for somebody who is not logged in. */
export function strangersFrame(assets: AssetUrls, view: View = readView()): Frame {
  return { assets, view };
}

/** A page that says one thing: what went wrong, and what to do. */
export function messagePage(frame: Frame, title: string, text: string, hint?: string): Html {
  return page({
    frame,
    title,
    kind: 'small',
    main: html`<section class="card message"><img src="${frame.assets['icon.svg']}" alt="" width="40" height="40">
<h1>${title}</h1><p>${text}</p>${hint ? html`<p class="hint">${hint}</p>` : ''}<p><a href="/">Go to the sessions</a></p></section>`,
  });
}

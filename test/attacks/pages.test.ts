/** Scripts and escape sequences in everything that is shown: on every page they are text. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { cookieOf } from './login.ts';
import { routesOf } from './routes.ts';
import { useWorld } from './world.ts';

const world = useWorld();

const script = `<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>' onmouseover='alert(1)" onfocus="alert(1) hx-get="/x" {{7*7}}`;
/** A title, a link to a script, a cleared screen, a question to the terminal, an 8-bit sequence, the end of the page. */
const escapes =
  '\u001b]0;pwned\u0007\u001b]8;;javascript:alert(1)\u001b\\click\u001b]8;;\u001b\\\u001b[2J\u001b[6n\u009b31mred\u001b[0m</pre></body><!--';

/** What a page's tags may not have, whatever is stored: markup that is not the page's own. */
const inTags = [
  /<script(?! src="\/public\/)/i,
  /<img(?! src="\/public\/)/i,
  /\s(?:href|src|action|hx-\w+)="\s*javascript:/i,
];
/** The same where the values of attributes, which are quoted and may say anything, are left out. */
const inNames = [/\son\w+/i, /'/, /\{\{/];

/** Fails where a page has what it may not. */
function checkPage(page: string, where: string): void {
  const tags = (page.match(/<[a-z!/](?:"[^"]*"|[^>"])*>/gi) ?? []).join('\n');
  const names = tags.replaceAll(/="[^"]*"/g, '=');
  for (const pattern of inTags) expect(tags, where).not.toMatch(pattern);
  for (const pattern of inNames) expect(names, where).not.toMatch(pattern);
  expect(page, where).not.toContain('<script>alert');
  // What is in an attribute is not seen, and the history is what will be put into the line, to be sent again as it was.
  const seen = where.includes('/history') ? '' : page.replaceAll(/="[^"]*"/g, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none of them reaches a page is what is tested
  expect(seen, where).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
}

test('every page and fragment shows them as text', async () => {
  const { api, make } = world();
  const words = {
    name: `${randomUUID().slice(0, 8)} ${script}`.slice(0, 128),
    command: `${script}\n${escapes}`,
    output: script + escapes,
    title: script,
  };
  const made = await make(words);
  const cookie = await cookieOf(api.url, api.key);
  let pages = 0;
  for (const session of [made.session.id, made.terminal.id, made.closed.id]) {
    for (const { method, path } of routesOf({ session, id: made.ended.id })) {
      if (method !== 'GET' || path.endsWith('/events') || path === '/docs') continue;
      for (const [query, headers] of [
        ['', {}],
        ['', { 'HX-Request': 'true' }],
        [`?q=${encodeURIComponent(script)}&name=${encodeURIComponent(script)}&after=0`, {}],
      ] as [string, Record<string, string>][]) {
        const answer = await fetch(api.url + path + query, {
          headers: { Cookie: cookie, ...headers },
          redirect: 'manual',
        });
        const type = answer.headers.get('content-type') ?? '';
        if (!type.startsWith('text/html')) {
          await answer.body?.cancel();
          // What is not a page is never taken for one.
          expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
          continue;
        }
        pages += 1;
        const page = await answer.text();
        expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
        checkPage(page, path + query);
      }
    }
  }
  expect(pages).toBeGreaterThan(10);
});

test('an address with a script in it, unknown or wrong, is answered with text', async () => {
  const { api } = world();
  const cookie = await cookieOf(api.url, api.key);
  for (const path of [
    '/s/<script>alert(1)</script>',
    '/login/<script>alert(1)</script>',
    '/<script>alert(1)</script>',
    '/?q=<script>alert(1)</script>',
  ]) {
    for (const headers of [{ Cookie: cookie }, {}] as Record<string, string>[]) {
      const answer = await fetch(api.url + path, { headers, redirect: 'manual' });
      const body = await answer.text();
      if (answer.headers.get('content-type')?.startsWith('text/html')) expect(body).not.toContain('<script>alert');
    }
  }
});

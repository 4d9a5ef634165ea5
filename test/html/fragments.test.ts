import { expect, test } from 'vitest';
import { block } from '../../html/block.ts';
import { cursorAt, renderOutput } from '../../html/output.ts';
import { type AssetUrls, assetNames, messagePage, strangersFrame } from '../../html/page.ts';
import { sessionsPage } from '../../html/sessions.ts';
import { terminalPage } from '../../html/terminal.ts';
import { ago, duration, elapsed, shortDirectory, size } from '../../html/text.ts';
import type { CommandRow } from '../../sql/contract.ts';
import { sampleCommand, sampleSession } from './samples.ts';

const frame = strangersFrame(Object.fromEntries(assetNames.map((name) => [name, `/${name}`])) as AssetUrls);
const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{}}`;
const now = { ms: Date.parse('2026-11-21T10:05:00Z'), origin: 'http://127.0.0.1:8787' };

async function blockHtml(changes: Partial<CommandRow>, stdout = '', cwd: string | null = '/srv') {
  const shown = stdout ? renderOutput(new TextEncoder().encode(stdout), cursorAt(0), true) : undefined;
  return String(
    await block({ command: sampleCommand(changes), cwd, output: { stdout: shown, stderr: undefined, isCut: false } }),
  );
}

test('nothing that others chose becomes markup', async () => {
  const session = sampleSession({ name: hostile, cwd: hostile, host: hostile });
  const command = sampleCommand({
    command: hostile,
    problem: hostile,
    signal: hostile,
    state: 'killed',
    exit_code: null,
  });
  const blocks = [
    {
      command,
      cwd: hostile,
      output: {
        stdout: renderOutput(new TextEncoder().encode(hostile), cursorAt(0), true),
        stderr: undefined,
        isCut: true,
      },
    },
  ];
  const cursor = { after: 1, open: [1], run: undefined, session: hostile, quiet: 0 };
  const pages = await Promise.all([
    terminalPage(
      { ...frame, user: { name: hostile, isAdmin: true } },
      {
        session,
        blocks,
        cursor,
        delayMs: 100,
        isNewest: true,
        key: hostile,
        problem: hostile,
        screen: undefined,
      },
    ),
    sessionsPage(
      frame,
      { list: { items: [session], next_cursor: hostile }, last: [] },
      { q: hostile, state: hostile },
      now,
      {
        hits: [{ command, session: hostile, line: hostile }],
        isMore: true,
      },
    ),
    messagePage(frame, hostile, hostile, hostile),
  ]);
  for (const page of pages) {
    expect(String(page)).not.toMatch(/<script>|<img src=x|onerror='/);
    expect(String(page)).toContain('&lt;script&gt;');
  }
});

test.each([
  [{ state: 'exited', exit_code: 0 }, 'exit 0', 'good'],
  [{ state: 'exited', exit_code: 1 }, 'exit 1', 'bad'],
  [{ state: 'timed_out', exit_code: 124 }, 'timed out', 'bad'],
  [{ state: 'killed', exit_code: 137, signal: 'KILL' }, 'killed (KILL)', 'bad'],
  [{ state: 'shell_exited', exit_code: 3 }, 'ended its shell 3', 'bad'],
  [{ state: 'lost', exit_code: null }, 'lost', 'bad'],
  [{ state: 'queued', exit_code: null, run_ms: null }, 'queued', 'queued'],
  [{ state: 'running', exit_code: null, run_ms: 3_200 }, 'running', 'running'],
] as [Partial<CommandRow>, string, string][])('%j says "%s"', async (changes, words, kind) => {
  expect(await blockHtml(changes)).toContain(`<span class="status ${kind}">${words}</span>`);
});

test('what runs can be interrupted, what waits can be cancelled, what has ended neither', async () => {
  expect(await blockHtml({ state: 'running', exit_code: null })).toMatch(/hx-post="[^"]+\/interrupt\/[0-9a-f-]+"/);
  expect(await blockHtml({ state: 'queued', exit_code: null })).toMatch(/hx-post="[^"]+\/cancel\/[0-9a-f-]+"/);
  expect(await blockHtml({})).not.toMatch(/interrupt|cancel/);
});

test('an empty first line of output is kept', async () => {
  expect(await blockHtml({}, '\nsecond')).toContain('<pre class="o">\n\nsecond</pre>');
});

test('a block has its permalink and its directory', async () => {
  const html = await blockHtml({ seq: 42 });
  expect(html).toContain('id="c42"');
  expect(html).toContain('href="#c42"');
  expect(html).toContain('<span class="cwd" title="/srv">/srv</span>');
  expect(await blockHtml({}, '', null)).not.toContain('class="cwd"');
});

test('an empty list teaches, an empty search says so', async () => {
  const empty = { list: { items: [], next_cursor: null }, last: [] };
  expect(String(await sessionsPage(frame, empty, {}, now))).toContain('A shell that remembers');
  expect(String(await sessionsPage(frame, empty, { q: 'x' }, now))).toContain('No session matches.');
});

test('durations, ages and sizes are as people say them', () => {
  expect([duration(12), duration(3_450), duration(59_999), duration(125_000), duration(3_660_000)]).toEqual([
    '12 ms',
    '3.4 s',
    '59.9 s',
    '2 min 5 s',
    '1 h 1 min',
  ]);
  expect([elapsed(900), elapsed(61_000)]).toEqual(['0 s', '1 min 1 s']);
  expect(ago('2026-11-21T10:04:55Z', now.ms)).toBe('just now');
  expect(ago('2026-11-21T10:02:00Z', now.ms)).toBe('3 min ago');
  expect(ago('2026-11-19T10:02:00Z', now.ms)).toBe('2 d ago');
  expect([size(812), size(3_400), size(5_200_000)]).toEqual(['812 bytes', '3.4 kB', '5.2 MB']);
});

test.each([
  ['/srv/app', '/srv/app'],
  ['/var/lib/limpet/sessions/ID', '~'],
  ['/var/lib/limpet/sessions/ID/work', '~/work'],
  ['/a/very/long/path/to/some/project/with/many/parts', '…/path/to/some/project/with/many/parts'],
  [`/${'x'.repeat(60)}`, `…${'x'.repeat(40)}`],
])('the directory %s is shown as %s', (path, shown) => expect(shortDirectory(path, 'ID')).toBe(shown));

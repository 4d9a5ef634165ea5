/** Recordings are played to their end by asciinema's own player, in the carried Chromium. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage, type TestBrowser } from '../html/browser.ts';
import { type Answer, call, openSession, run } from './api/client.ts';
import { onNode, startApi } from './api/fixture.ts';
import { besideHost } from './api/host.ts';

const bundle = fileURLToPath(new URL('../../node_modules/asciinema-player/dist/bundle/', import.meta.url));
let started: Awaited<ReturnType<typeof startApi>>;
let browser: TestBrowser;
beforeAll(async () => {
  // One after the other: while it is unpacked, the browser has the environment's TMPDIR for itself.
  browser = await launchBrowser();
  started = await startApi(onNode, besideHost);
});
afterAll(async () => {
  await Promise.all([started.stop(), browser.close()]);
});

/** What the player shows when it has played all; pauses are skipped. */
async function play(cast: Uint8Array): Promise<string> {
  const { page, faults } = await openPage(browser.browser);
  await page.setContent('<div id="player"></div>');
  await page.addStyleTag({ path: `${bundle}asciinema-player.css` });
  await page.addScriptTag({ path: `${bundle}asciinema-player.min.js` });
  await page.evaluate(startPlayer, new TextDecoder().decode(cast));
  await page.waitForFunction(() => document.body.dataset.played !== undefined);
  const played = await page.evaluate(() => document.body.dataset.played);
  expect([played, faults]).toEqual(['ended', []]);
  // What it was given last is drawn in the next frame.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const shown = await shownText(page);
  await page.context().close();
  return shown;
}

/** Runs in the page. */
function startPlayer(data: string): void {
  type Player = { addEventListener(name: string, listener: () => void): void };
  type Library = { create(source: object, element: Element | null, options: object): Player };
  const { AsciinemaPlayer } = globalThis as unknown as { AsciinemaPlayer: Library };
  const options = { autoPlay: true, speed: 50, idleTimeLimit: 0.1, cols: 100, rows: 40 };
  const player = AsciinemaPlayer.create({ data }, document.querySelector('#player'), options);
  for (const name of ['ended', 'error']) {
    player.addEventListener(name, () => {
      document.body.dataset.played = name;
    });
  }
}

function shownText(page: Page): Promise<string> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll('.ap-line'), (line) => (line.textContent ?? '').trimEnd())
      .join('\n')
      .trimEnd(),
  );
}

const record = (session: string, format: string): Promise<Answer> =>
  call(started.api, 'GET', `/v1/sessions/${session}/recording?format=${format}`);

test.each(['asciicast-v3', 'asciicast-v2'])(
  '%s: commands, both streams, colours, late output and ends',
  async (format) => {
    const { id } = await openSession(started.api, { cols: 100, rows: 40 });
    await run(started.api, id, 'until [ -e go ]; do sleep 0.05; done && echo late &');
    await run(started.api, id, "echo 'one ✓'; printf '\\e[31mred\\e[0m\\n'");
    await run(started.api, id, 'echo two >&2');
    await run(started.api, id, 'printf x; (exit 3)');
    await run(started.api, id, 'touch go');
    const recorded = async () => new TextDecoder().decode((await record(id, format)).bytes);
    await expect.poll(recorded, { timeout: 20_000 }).toContain('late');
    const shown = await play((await record(id, format)).bytes);
    expect(shown).toContain('one ✓\nred\n$ echo two >&2\ntwo\n$ printf x; (exit 3)\nx\n[exited 3]');
    expect(shown).toContain('late');
  },
);

test('a terminal session is what its screen was sent', async () => {
  const { id } = await openSession(started.api, { tty: true, cols: 80, rows: 24 });
  await run(started.api, id, "printf '\\e[2J\\e[3;5Hplaced'; printf '\\e[1;1Hfirst'");
  const shown = await play((await record(id, 'asciicast-v3')).bytes);
  expect(shown).toBe('first\n\n    placed');
});

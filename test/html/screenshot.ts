/**
 * The pictures in README.md, taken from a real session: `npm run screenshot`. Starts the whole of limpet in a temporary
 * directory, runs a few commands on the page and writes docs/terminal-dark.png and docs/terminal-light.png.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { makeDirectory } from '../support/directory.ts';
import { startLimpet } from '../support/limpet.ts';
import { launchBrowser, openPage } from './browser.ts';
import { run, send } from './terminal.ts';

const key = 'the key of the pictures';
const pictures = new URL('../../docs/', import.meta.url);
const size = { width: 1100, height: 690 };

const fixtures = new URL('fixtures/', import.meta.url);
/** Shown on the pictures, so no directory with a random name. */
const demo = '/tmp/limpet-demo';

const commands = [
  `cd ${demo}`,
  'export GREETING=hello; greet() { echo "$GREETING, $1"; }',
  'greet world; pwd',
  'bash check',
];
/** Runs on while the pictures are taken. */
const running = 'bash fetch';

const dataDir = await makeDirectory();
const limpet = await startLimpet({ LIMPET_DATA_DIR: dataDir, LIMPET_BOOTSTRAP_KEY: key });
const { browser, close } = await launchBrowser();
try {
  await mkdir(pictures, { recursive: true });
  for (const name of ['check', 'fetch']) await cp(new URL(`${name}.bash`, fixtures), `${demo}/${name}`);
  const { page } = await openPage(browser, { viewport: size, colorScheme: 'dark', deviceScaleFactor: 1.5 });
  await openSession(page);
  for (const command of commands) await run(page, command);
  const seq = await send(page, running);
  await send(page, 'bash check && git push');
  await page.locator(`#c${seq} pre.o`, { hasText: /[5-7]\d%/ }).waitFor();
  await take(page, 'terminal-dark.png');
  await page.emulateMedia({ colorScheme: 'light' });
  await take(page, 'terminal-light.png');
  await page
    .locator('.status:not(.running):not(.queued)')
    .nth(commands.length + 1)
    .waitFor();
} finally {
  await close();
  limpet.kill('SIGTERM');
  await limpet.ended;
  for (const directory of [dataDir, demo]) await rm(directory, { recursive: true, force: true });
}

async function openSession(page: Page): Promise<void> {
  await page.goto(limpet.url);
  await page.fill('#key', key);
  await page.keyboard.press('Enter');
  await page.fill('[name=name]', 'demo');
  await page.keyboard.press('Enter');
  await page.locator('#command').waitFor();
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: new URL(name, pictures).pathname });
}

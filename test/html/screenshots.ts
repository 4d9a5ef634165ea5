/**
 * The pictures in README.md: `npm run screenshots`. Starts the whole of limpet in a temporary directory, gives it a past, and writes
 * docs/images/NAME-light.png and -dark.png of each page.
 */
import { cp, mkdir, rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { makeDirectory } from '../support/directory.ts';
import { startLimpet } from '../support/limpet.ts';
import { launchBrowser, openPage } from './browser.ts';
import { ask, open, runAll, sendOnly } from './seed.ts';
import { run, send } from './terminal.ts';

const adminKey = 'the key of the pictures';
const pictures = new URL('../../docs/images/', import.meta.url);
const fixtures = new URL('fixtures/', import.meta.url);
const size = { width: 1200, height: 750 };
/** Shown on the pictures, so no directory with a random name. */
const demo = '/tmp/limpet-demo';

const dataDir = await makeDirectory();
const limpet = await startLimpet({ LIMPET_DATA_DIR: dataDir, LIMPET_BOOTSTRAP_KEY: adminKey });
const { browser, close } = await launchBrowser();
const site = { url: limpet.url, adminKey };
try {
  await mkdir(pictures, { recursive: true });
  for (const name of ['check', 'fetch']) await cp(new URL(`${name}.bash`, fixtures), `${demo}/${name}`);
  await makePast();
  const { page } = await openPage(browser, { viewport: size, deviceScaleFactor: 1.5 });
  await logIn(page);
  await takeTerminal(page);
  for (const [name, path] of [
    ['sessions', '/'],
    ['jobs', '/jobs'],
    ['audit', '/audit?session=deploy'],
  ] as const) {
    await page.goto(site.url + path);
    await take(page, name);
  }
  await takeReplay(page);
} finally {
  await close();
  limpet.kill('SIGTERM');
  await limpet.ended;
  for (const directory of [dataDir, demo]) await rm(directory, { recursive: true, force: true });
}

/** What has been going on: several sessions, some of it wrong, some of it long. */
async function makePast(): Promise<void> {
  for (const name of ['nightly-report', 'agent-42', 'build', 'deploy']) await open(site, { name });
  await runAll(site, 'nightly-report', 'echo "rows: 1,204,331"', 'seq 30000 | tail -n 3');
  await runAll(site, 'agent-42', 'git --version', 'false', 'ls /nope', 'echo "I know what I did last week"');
  const compile = 'for n in $(seq 1 24); do echo "[$n/24] compiling module-$n.c"; sleep 0.02; done';
  await runAll(site, 'build', compile, 'exit 3', 'pwd   # the shell died; its state did not');
  await open(site, { name: 'editor', tty: true, cols: 100, rows: 24 });
  await sendOnly(site, 'editor', 'seq 200 | more');
}

async function logIn(page: Page): Promise<void> {
  await page.goto(site.url);
  await page.fill('#key', adminKey);
  await page.keyboard.press('Enter');
  await page.locator('.sessions').waitFor();
}

/** A session at work: the pictures are taken while something runs and something waits. */
async function takeTerminal(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'deploy', exact: true }).click();
  await page.locator('#command').waitFor();
  for (const command of [
    `cd ${demo}`,
    'export GREETING=hello; greet() { echo "$GREETING, $1"; }',
    'greet world; pwd',
    'bash check',
  ])
    await run(page, command);
  const seq = await send(page, 'bash fetch');
  await send(page, 'bash check && git push');
  await page.locator(`#c${seq} pre.o`, { hasText: /[4-6]\d%/ }).waitFor();
  await take(page, 'terminal');
  await ask(site, 'POST', '/v1/sessions/deploy/interrupt');
}

async function takeReplay(page: Page): Promise<void> {
  await page.goto(`${site.url}/s/build/replay`);
  await page.locator('#markers [data-seq="3"] a').click();
  await page.locator('#stage [data-seq="3"]').waitFor();
  await take(page, 'replay');
}

async function take(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: new URL(`${name}-${colorScheme}.png`, pictures).pathname });
  }
}

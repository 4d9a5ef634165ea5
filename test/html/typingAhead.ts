/** Typing on while what was sent is on its way, and what becomes of that where no answer comes. */
import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { ended, run, send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** Holds the requests to an address until `release`, and then does with the first of them what it is told to. */
async function holding(page: Page, address: string, first = (route: Route) => route.continue()) {
  const released = Promise.withResolvers<void>();
  let requests = 0;
  await page.route(address, async (route) => {
    requests += 1;
    const isFirst = requests === 1;
    await released.promise;
    await (isFirst ? first(route) : route.continue());
  });
  return released.resolve;
}

/** What the server takes, and the page hears nothing of. */
async function answerLost(route: Route): Promise<void> {
  await route.fetch();
  await route.abort();
}

/** Types a line as a person does. */
async function type(page: Page, ...lines: string[]): Promise<void> {
  for (const line of lines) {
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }
}

const texts = (page: Page) => page.locator('.block .text').allTextContents();

/** The command line. */
export function typingAhead(visitor: Visitor): void {
  test('each command that is typed before the answer to the last is the one that was written', async () => {
    const page = await visitor.terminal();
    const release = await holding(page, '**/commands');
    await type(page, 'cd /tmp', 'pwd', 'echo a');
    await page.keyboard.type('echo dra');
    release();
    expect((await ended(page, 3)).stdout).toBe('a\n');
    expect(await texts(page)).toEqual(['cd /tmp', 'pwd', 'echo a']);
    expect((await ended(page, 2)).stdout).toBe('/tmp\n');
    expect(await page.inputValue('#command')).toBe('echo dra');
  });

  test('what got no answer stands in the line again, and is run once when it is sent again', async () => {
    const page = await visitor.terminal();
    await holding(page, '**/commands', answerLost).then((release) => release());
    await type(page, 'echo once');
    await page.locator('#notice', { hasText: 'No answer came' }).waitFor();
    expect(await page.inputValue('#command')).toBe('echo once');
    await page.keyboard.press('Enter');
    await page.locator('#notice p').waitFor({ state: 'detached' });
    await run(page, 'echo two');
    expect(await texts(page)).toEqual(['echo once', 'echo two']);
    expect(visitor.faults().splice(0).join()).toMatch(/ERR_FAILED|Failed to fetch/);
  });

  test('another command than the one that got no answer is another one, also where Up brought it', async () => {
    const page = await visitor.terminal();
    await run(page, 'echo first');
    await holding(page, '**/commands', answerLost).then((release) => release());
    await type(page, 'echo lost');
    await page.locator('#notice', { hasText: 'No answer came' }).waitFor();
    await page.locator('#c2').waitFor();
    await page.press('#command', 'ArrowUp');
    await page.press('#command', 'ArrowUp');
    expect(await page.inputValue('#command')).toBe('echo first');
    await page.keyboard.press('Enter');
    expect((await ended(page, 3)).stdout).toBe('first\n');
    expect(await page.textContent('#notice')).toBe('');
    visitor.faults().splice(0);
  });

  test('what was sent behind a command that was not taken is not run, and both are sent by a button', async () => {
    const page = await visitor.terminal();
    const release = await holding(page, '**/commands', (route) => route.abort());
    await type(page, 'cd /tmp', 'pwd');
    await page.keyboard.type('echo next');
    release();
    await page.locator('.unsent code').nth(1).waitFor();
    expect(await page.locator('.unsent code').allTextContents()).toEqual(['cd /tmp', 'pwd']);
    for (const text of ['cd /tmp', 'pwd']) {
      const item = page.locator('.unsent p', { hasText: text });
      await item.getByRole('button', { name: 'Send' }).click();
    }
    expect((await ended(page, 2)).stdout).toBe('/tmp\n');
    expect(await texts(page)).toEqual(['cd /tmp', 'pwd']);
    expect(await page.inputValue('#command')).toBe('echo next');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('command');
    visitor.faults().splice(0);
  });
}

/** The field for the input of a command that runs. */
export function answering(visitor: Visitor): void {
  /** A page where a command that repeats its input runs. */
  async function repeating(): Promise<Page> {
    const page = await visitor.terminal();
    await page.getByLabel('takes input').check();
    await send(page, 'while read -r x; do echo "got $x"; done');
    await page.locator('#c1-line').focus();
    return page;
  }
  const got = (page: Page, text: string) => page.locator('#c1 pre.o', { hasText: text }).waitFor();

  test('each line that is typed before the answer to the last arrives as it was written', async () => {
    const page = await repeating();
    const release = await holding(page, '**/stdin/*');
    await type(page, 'one', 'two', 'three');
    await page.keyboard.type('fou');
    release();
    await got(page, 'got three');
    expect(await page.textContent('#c1-out')).toContain('got one\ngot two\ngot three\n');
    expect(await page.inputValue('#c1-line')).toBe('fou');
  });

  test('a line that got no answer comes back, and what was sent behind it, too', async () => {
    const page = await repeating();
    const release = await holding(page, '**/stdin/*', (route) => route.abort());
    await type(page, 'one', 'two');
    release();
    await page.locator('#notice', { hasText: 'No answer came' }).waitFor();
    for (const text of ['one', 'two']) {
      await page.locator('.stdin .unsent p', { hasText: text }).getByRole('button', { name: 'Send' }).click();
      await got(page, `got ${text}`);
    }
    expect(await page.locator('.stdin .unsent p').count()).toBe(0);
    visitor.faults().splice(0);
  });
}

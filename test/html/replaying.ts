/** A session's screen, and its replay. */
import { expect, test } from 'vitest';
import type { Past } from './past.ts';
import { open } from './seed.ts';
import type { Site } from './site.ts';
import { send } from './terminal.ts';
import type { Visitor } from './visitor.ts';

/** With a session's terminal. */
export function screen(past: () => Past, visitor: Visitor): void {
  test('the screen is live, and keys go to what runs there', async () => {
    const page = await visitor.loggedIn();
    await page.goto(`/s/${past().terminal}`);
    await page.locator('.grid', { hasText: '--More--' }).waitFor();
    await page.locator('#keys').focus();
    await page.keyboard.press('Space');
    await page.locator('.grid', { hasText: /^\s*9$/m }).waitFor();
    await page.keyboard.press('q');
    await page.keyboard.press('Control+]');
    await page.locator('#command:focus').waitFor();
    await page.locator('#c1 .status.good, #c1 .status.bad').waitFor();
    await send(page, 'cat');
    await page.locator('#keys').focus();
    await page.keyboard.type('typed äö');
    await page.keyboard.press('Enter');
    await page.locator('.grid', { hasText: /typed äö\s+typed äö/ }).waitFor();
    await page.getByRole('button', { name: 'C-d' }).click();
    await page.locator('#c2 .status.good').waitFor();
  });
}

/** With keys that are not sent as keys. */
export function pasting(site: () => Site, visitor: Visitor): void {
  test('what is pasted comes line by line, and AltGr and Option type characters', async () => {
    const page = await visitor.loggedIn({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { id } = await open(site(), { tty: true, cols: 60, rows: 20 });
    await page.goto(`/s/${id}`);
    await send(page, 'cat');
    await page.locator('#c1 .status.running').waitFor();
    await page.locator('#keys').focus();
    const seen = (text: RegExp) => page.locator('.grid', { hasText: text }).waitFor();
    for (const [n, keys] of ['Control+v', 'Control+Shift+v', 'Shift+Insert'].entries()) {
      await page.evaluate((text) => navigator.clipboard.writeText(text), `one${n}\ntwo${n}\n`);
      await page.keyboard.press(keys);
      await seen(new RegExp(`one${n}\\s+(two${n}\\s+)?one${n}\\s+two${n}`));
    }
    const cdp = await page.context().newCDPSession(page);
    const type = (key: string, code: string, alt: boolean) =>
      cdp.send('Input.dispatchKeyEvent', { type: 'keyDown', key, code, text: key, modifiers: alt ? 1 : 0 });
    await type('@', 'KeyL', true);
    await type('€', 'KeyE', true);
    await page.keyboard.press('Enter');
    await seen(/@€\s+@€/);
    await page.getByRole('button', { name: 'C-d' }).click();
    await page.locator('#c1 .status.good').waitFor();
  });
}

/** Looking at a session again. */
export function replaying(past: () => Past, visitor: Visitor): void {
  test('plays, pauses, seeks and goes from command to command', async () => {
    const page = await visitor.loggedIn();
    await page.goto(`/s/${past().session}/replay`);
    expect(await page.locator('#markers li').count()).toBe(3);
    await page.selectOption('#speed', '16');
    await page.click('#play');
    await page.locator('#stage [data-seq="3"] .status.good').waitFor();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    expect(await page.textContent('#stage [data-seq="2"] .out')).toMatch(/a needle in the output\s+no/);
    await page.keyboard.press('k');
    await page.locator('#stage [data-seq="3"]').waitFor({ state: 'detached' });
    await page.locator('#seek').fill('0');
    await page.locator('#stage [data-seq="2"]').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('#markers [data-seq="3"] a').click();
    await page.locator('#stage [data-seq="3"]').waitFor();
    await page.selectOption('#idle', '0');
    for (const [name = '', start = ''] of [
      ['Text', '$ '],
      ['NDJSON', '{'],
      ['asciicast 3', '{"version":3'],
      ['asciicast 2', '{"version":2'],
    ]) {
      const href = (await page.getByRole('link', { name }).getAttribute('href')) ?? '';
      const text = await page.evaluate(async (address) => (await fetch(address)).text(), href);
      expect(text.startsWith(start), `${name}: ${text.slice(0, 80)}`).toBe(true);
    }
  });

  test('a terminal plays as its screen was', async () => {
    const page = await visitor.loggedIn();
    await page.goto(`/s/${past().terminal}/replay`);
    await page.selectOption('#speed', '16');
    await page.click('#play');
    await page
      .locator('#stage .grid', { hasText: /^\s*1\n2\n/ })
      .first()
      .waitFor();
  });
}

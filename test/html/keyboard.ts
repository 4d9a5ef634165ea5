/** The keys that every page knows. */
import { expect, test } from 'vitest';
import type { Visitor } from './visitor.ts';

/** The keyboard. */
export function keyboard(visitor: Visitor): void {
  test('goes everywhere by g and a letter, searches by /, tells itself by ?', async () => {
    const page = await visitor.loggedIn();
    for (const [letter, name] of Object.entries({
      j: 'Jobs',
      h: 'Hosts',
      u: 'Usage',
      a: 'Audit',
      k: 'Keys',
      s: 'Sessions',
    })) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    }
    await page.keyboard.press('/');
    await page.locator('[type=search]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.locator('tbody tr:nth-child(2) a:focus').waitFor();
    await page.keyboard.press('k');
    await page.locator('tbody tr:nth-child(1) a:focus').waitFor();
  });

  test('chooses the theme, which stays, and pauses', async () => {
    const page = await visitor.loggedIn({ colorScheme: 'light' });
    await page.keyboard.press('Escape');
    for (const theme of ['light', 'dark']) {
      await page.keyboard.press('t');
      expect(await page.getAttribute('html', 'data-theme')).toBe(theme);
    }
    await page.goto('/hosts');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Paused', pressed: true }).waitFor();
    let requests = 0;
    page.on('request', () => {
      requests += 1;
    });
    await page.evaluate(() => htmx.trigger(document.querySelector('.tail'), 'tail', {}, false));
    await page.keyboard.press('r');
    await expect.poll(() => requests).toBe(1);
  });
}

declare const htmx: { trigger(element: Element | null, name: string, detail: object, bubbles: boolean): void };

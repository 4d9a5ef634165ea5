/** What holds of every page. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { violations } from './axe.ts';
import type { Past } from './past.ts';
import type { Visitor } from './visitor.ts';

/** Axe looks at each element of each page; a machine with other things to do takes its time. */
const slowMs = 120_000;

/** Names, contrast, widths, and reading without scripts. */
export function everyPage(past: () => Past, visitor: Visitor): void {
  const paths = () => {
    const { session, terminal, job, key } = past();
    return [
      '/',
      '/?q=needle',
      '/?q=nothing-at-all',
      `/s/${session}`,
      `/s/${terminal}`,
      `/s/${session}/replay`,
      `/s/${terminal}/replay`,
      '/jobs',
      '/jobs?session=nobody',
      `/jobs/${job}`,
      '/jobs/cancel',
      '/hosts',
      '/usage',
      '/audit',
      `/audit?session=${session}`,
      '/keys',
      `/keys/${key}`,
      '/jobs?exit_code=x',
    ];
  };

  test('axe finds nothing wrong, in light and in dark', { timeout: slowMs }, async () => {
    const page = await visitor.loggedIn({ colorScheme: 'light' });
    const found: Record<string, string[]> = {};
    for (const path of paths()) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(path);
      if (path.endsWith('/replay')) await playTo(page, path.includes(past().terminal) ? 1 : 3);
      if (path === '/jobs') await page.click('#help-open');
      found[path] = await violations(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      found[path].push(...(await violations(page, ['color-contrast'])));
    }
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
    expectOnlyRefusals(visitor);
  });

  test.each([360, 820, 1920])('nothing sticks out at %i pixels', async (width) => {
    const page = await visitor.loggedIn({ viewport: { width, height: 800 } });
    for (const path of paths()) {
      await page.goto(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(width);
    }
    expectOnlyRefusals(visitor);
  });

  test('without scripts every page reads', async () => {
    const page = await visitor.loggedIn({ javaScriptEnabled: false });
    for (const path of paths()) {
      await page.goto(path);
      expect((await page.locator('main').innerText()).trim().length, path).toBeGreaterThan(20);
      expect(await page.locator('#pause, .scripted, kbd').filter({ visible: true }).allTextContents(), path).toEqual(
        [],
      );
    }
    expectOnlyRefusals(visitor);
  });
}

/** Goes to a command of a replay. */
async function playTo(page: Page, seq: number): Promise<void> {
  await page.locator(`#markers [data-seq="${seq}"] a`).click();
  await page.locator(`#stage [data-seq="${seq}"]`).waitFor();
}

/** The one page that is refused says so in the console, too. */
function expectOnlyRefusals(visitor: Visitor): void {
  const faults = visitor.faults().splice(0);
  expect(faults.filter((fault) => !fault.includes('422'))).toEqual([]);
}

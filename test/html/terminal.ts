/** A session's page as a person uses it. */
import type { Page } from 'playwright-core';
import type { Site } from './site.ts';

/** Logs in by the one-time link and opens a session. */
export async function openTerminal(page: Page, site: Site, name = ''): Promise<void> {
  await page.goto(await site.loginLink());
  await page.fill('[name=name]', name);
  await page.getByRole('button', { name: 'New session' }).click();
  await page.waitForURL(/\/s\/[0-9a-f-]+$/);
  // A page takes the focus once it is drawn, which may be after it is loaded.
  await page.locator('#command:focus').waitFor();
}

/** Types a command and presses Enter. Gives the number of its block once that is there. */
export async function send(page: Page, command: string): Promise<number> {
  const last = await page.locator('.block').count();
  await page.fill('#command', command);
  await page.press('#command', 'Enter');
  await page.locator(`#c${last + 1}`).waitFor();
  return last + 1;
}

/** What a block shows once its command has ended: how, and what it wrote. */
export async function ended(page: Page, seq: number): Promise<{ status: string; stdout: string; stderr: string }> {
  await page.locator(`#c${seq} .status:not(.queued):not(.running)`).waitFor();
  const text = async (selector: string) => (await page.locator(`#c${seq} ${selector}`).allTextContents()).join('');
  return { status: await text('.status'), stdout: await text('pre.o'), stderr: await text('pre.e') };
}

/** Sends a command and waits for its end. */
export async function run(page: Page, command: string) {
  return ended(page, await send(page, command));
}

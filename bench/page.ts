/** A page of limpet that is open in the carried Chromium. */
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/html/browser.ts';
import type { Stack } from './stack.ts';

/** Logs in with the stack's key and opens the page. */
export async function openWatchedPage(stack: Stack, path: string): Promise<{ page: Page; close(): Promise<void> }> {
  const { browser, close } = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(`${stack.url}/login`);
  await page.fill('input[name=key]', stack.key);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname !== '/login');
  await page.goto(stack.url + path);
  return { page, close };
}

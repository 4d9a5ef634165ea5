/** Somebody with a browser. Whatever a healthy page has none of (see browser.ts) fails the test after which it is found. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, openPage, type TestBrowser } from './browser.ts';
import type { Site } from './site.ts';
import { openTerminal } from './terminal.ts';

type Options = Parameters<typeof openPage>[1];

/** Opens pages; they are closed after each test. */
export interface Visitor {
  /** A page in a fresh browser context, which goes to paths of the site. */
  open(options?: Options): Promise<Page>;
  /** The page of sessions in a fresh browser context, logged in as admin. */
  loggedIn(options?: Options): Promise<Page>;
  /** Logs in and opens a session. */
  enter(page: Page): Promise<void>;
  /** Both, in a fresh browser context. */
  terminal(options?: Options): Promise<Page>;
  /** What went wrong on any page so far; a test that expects some takes them out. */
  faults(): string[];
}

/** One browser for the tests of a `describe`. */
export function useVisitor(site: () => Site): Visitor {
  let started: TestBrowser | undefined;
  let faults: string[][] = [];
  beforeAll(async () => {
    started = await launchBrowser();
  });
  afterAll(() => started?.close());
  afterEach(async () => {
    await Promise.all(started?.browser.contexts().map((context) => context.close()) ?? []);
    expect(faults.flat(), 'errors in the console, refusals by the content policy, dialogs').toEqual([]);
    faults = [];
  });
  const open = async (options?: Options) => {
    if (!started) throw new Error('the browser has not started');
    const opened = await openPage(started.browser, { baseURL: site().url, ...options });
    faults.push(opened.faults);
    return opened.page;
  };
  const loggedIn = async (options?: Options) => {
    const page = await open(options);
    await page.goto(await site().loginLink());
    return page;
  };
  const enter = (page: Page) => openTerminal(page, site());
  const terminal = async (options?: Options) => {
    const page = await open(options);
    await enter(page);
    return page;
  };
  return { open, loggedIn, enter, terminal, faults: () => faults[0] ?? [] };
}

/**
 * A Chromium for tests: the one that @sparticuz/chromium carries, driven by playwright-core. It needs nothing of the machine:
 * the package brings the libraries and a font that a bare one lacks. Everything is unpacked into one temporary directory,
 * which goes when the browser does; another account's files in the common temporary directory are neither used nor met.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Root may not use Chromium's sandbox, and containers often have a small /dev/shm. */
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--disable-gpu'];

export interface TestBrowser {
  browser: Browser;
  /** Ends the browser and removes all its files. */
  close(): Promise<void>;
}

/** Starts the browser; unpacking it takes about two seconds. */
export async function launchBrowser(): Promise<TestBrowser> {
  const directory = await mkdtemp(join(tmpdir(), 'limpet-chromium-'));
  try {
    const executablePath = await unpack(directory);
    const env = await environment(directory);
    const browser = await chromium.launch({ executablePath, args, env });
    const close = async () => {
      await browser.close();
      await remove(directory);
    };
    return { browser, close };
  } catch (error) {
    await remove(directory);
    throw error;
  }
}

/** A page that notes whatever a healthy one has none of: errors, refusals by the content policy, dialogs. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext(options);
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, faults };
}

/** The package unpacks into the temporary directory, with the libraries only where it believes to be in Amazon's Lambda. */
async function unpack(directory: string): Promise<string> {
  const before = { ...process.env };
  Object.assign(process.env, { TMPDIR: directory, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
  try {
    const { default: carried } = await import('@sparticuz/chromium');
    return await carried.executablePath();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

/** The carried libraries, and the machine's fonts before the carried one, which has no fixed width. */
async function environment(directory: string): Promise<Record<string, string>> {
  const fonts = join(directory, 'fonts');
  await mkdir(fonts, { recursive: true });
  const directories = ['/usr/share/fonts', '/usr/local/share/fonts', fonts]
    .map((path) => `<dir>${path}</dir>`)
    .join('');
  const cache = `<cachedir>${join(directory, 'font-cache')}</cachedir>`;
  await writeFile(join(fonts, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${directories}${cache}</fontconfig>`);
  return {
    PATH: process.env.PATH ?? '',
    HOME: directory,
    TMPDIR: directory,
    FONTCONFIG_PATH: fonts,
    FONTCONFIG_FILE: join(fonts, 'fonts.conf'),
    LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'),
  };
}

/** Chromium's last processes may still write while the directory goes. */
async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

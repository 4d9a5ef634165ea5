/**
 * `npm run tail-hour -- [MINUTES] [FILE]`: keeps the page of a session open in the carried Chromium while its command prints a few lines a
 * second, for an hour unless told otherwise. Once a minute it prints, and writes to the file, what that took: requests, the page's memory and
 * elements, the memory of each part of limpet. None of them may grow.
 */
import { appendFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { Client } from './client.ts';
import { openWatchedPage } from './page.ts';
import { memoryBytes } from './processes.ts';
import { startStack } from './stack.ts';

const mib = 1024 * 1024;
/** Three lines a second: 2,000 are shown after eleven minutes, and from then on one goes for each that comes. */
const script = 'n=0; while sleep 0.33; do n=$((n + 1)); echo "line $n of what goes on and on"; done';

const [minutes = '60', file = ''] = process.argv.slice(2);
const stack = await startStack();
const client = new Client(stack);
try {
  const session = await client.open();
  await client.run(session, 'true');
  await client.submit(session, script);
  const { page, close } = await openWatchedPage(stack, `/s/${session}`);
  try {
    await follow(page, Number(minutes));
  } finally {
    await close();
  }
} finally {
  client.close();
  await stack.stop();
}

async function follow(page: Page, lengthMinutes: number): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  let requests = 0;
  page.on('request', () => {
    requests += 1;
  });
  for (let minute = 1; minute <= lengthMinutes; minute += 1) {
    requests = 0;
    await delay(60_000);
    const line = JSON.stringify({ minute, requests, ...(await pageFigures(page, browser)), ...limpetFigures() });
    console.log(line);
    if (file) await appendFile(file, `${line}\n`);
  }
}

/** What the page holds, after a collection of its garbage. */
async function pageFigures(page: Page, browser: CDPSession) {
  await browser.send('HeapProfiler.collectGarbage');
  const { usedSize } = await browser.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await browser.send('Memory.getDOMCounters');
  const shown = await page.evaluate(() => {
    const text = document.querySelector('#c2-out')?.textContent ?? '';
    return { lines: text.split('\n').length - 1, last: Number(/line (\d+) of[^\n]*\n$/.exec(text)?.[1]) };
  });
  return { heap_mib: round(usedSize / mib), nodes, listeners: jsEventListeners, ...shown };
}

function limpetFigures(): Record<string, number> {
  const parts = Object.entries(memoryBytes(stack.pid));
  return Object.fromEntries(parts.map(([part, bytes]) => [`${part}_mib`, round(bytes / mib)]));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

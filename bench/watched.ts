/** How soon a line that a running command writes is on the page of somebody who watches it, in the carried Chromium. */
import type { Page } from 'playwright-core';
import { openWatchedPage } from './page.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';
import { percentile, summary } from './statistics.ts';

const lines = 50;
/** The pauses differ, so that no rhythm of the page's own meets them. */
const script = `for i in $(seq ${lines}); do sleep 0.$((30 + RANDOM % 60)); echo "at $EPOCHREALTIME"; done`;

/** Times in ms. The command tells when it wrote, the page when it showed that: both clocks are this machine's. */
export async function watched() {
  return withStack(async ({ stack, client }) => {
    const session = await client.open();
    await client.run(session, 'true');
    const { page, close } = await openWatchedPage(stack, `/s/${session}`);
    await watch(page);
    let requests = 0;
    page.on('request', () => {
      requests += 1;
    });
    await client.run(session, script);
    await page.locator('#c2 .status.good').waitFor();
    const late = await page.evaluate(() => (globalThis as unknown as { late: number[] }).late);
    await close();
    if (late.length < lines) throw new Error(`${late.length} of ${lines} lines were seen.`);
    const rows: Row[] = [
      {
        what: 'a line, on a page that is watched',
        unit: 'p95 ms',
        measured: rounded(percentile(late, 0.95)),
        must: 300,
        goal: 150,
      },
    ];
    return { rows, seen: { late_ms: summary(late), requests } };
  });
}

/** Notes how old each line is when it appears. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = new Set<string>();
    const late: number[] = [];
    Object.assign(globalThis, { late });
    const log = document.getElementById('log') as HTMLElement;
    const look = () => {
      for (const out of log.querySelectorAll('.out')) {
        for (const [, written = ''] of (out.textContent ?? '').matchAll(/at (\d+[.,]\d+)\n/g)) {
          if (seen.has(written)) continue;
          seen.add(written);
          late.push(Date.now() - Number(written.replace(',', '.')) * 1000);
        }
      }
    };
    new MutationObserver(look).observe(log, { childList: true, subtree: true, characterData: true });
  });
}

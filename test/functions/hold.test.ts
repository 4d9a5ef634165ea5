import { describe, expect, test } from 'vitest';
import { hold } from '../../functions/pages/hold.ts';
import { sleep, type Wait } from '../../functions/waits.ts';

const never = new AbortController().signal;

/** A page whose `readings` come one after another, the last one for ever; `waited` is how long it was willing to wait each time. */
function page(readings: boolean[], more: { watched?: boolean[]; hears?: boolean; open?: boolean } = {}) {
  const seen = { reads: 0, watches: 0, waited: [] as number[] };
  const wait: Wait = {
    ended: async (timeoutMs) => void seen.waited.push(timeoutMs),
    release() {},
  };
  const holding = {
    read: async () => readings[Math.min(seen.reads++, readings.length - 1)] ?? false,
    isNews: (news: boolean) => news,
    isOpen: () => more.open ?? false,
    watch: async () => more.watched?.[seen.watches++] ?? true,
    wait,
    isHearing: () => more.hears ?? true,
    signal: never,
  };
  return { seen, holding };
}

describe('a held request', () => {
  test('is answered at once where there is news', async () => {
    const { seen, holding } = page([true]);
    expect(await hold(holding)).toBe(true);
    expect(seen).toMatchObject({ reads: 1, watches: 0, waited: [] });
  });

  test('is not held where news are not told', async () => {
    const { seen, holding } = page([false], { hears: false });
    expect(await hold(holding)).toBe(false);
    expect(seen).toMatchObject({ reads: 1, waited: [] });
  });

  test('is answered once there is news, and waits for long where nothing is open', async () => {
    const { seen, holding } = page([false, false, true]);
    expect(await hold(holding)).toBe(true);
    expect(seen.reads).toBe(3);
    expect(Math.min(...seen.waited)).toBeGreaterThan(10_000);
  });

  test('looks by itself where something may come at any time, however news were to be told', async () => {
    const { seen, holding } = page([false, true], { open: true });
    await hold(holding);
    expect(seen.waited).toEqual([5_000]);
  });

  test('looks again soon where nobody watched before: what was committed meanwhile may not have been told', async () => {
    const { seen, holding } = page([false, false, true], { watched: [false, true] });
    await hold(holding);
    expect(seen.waited[0]).toBe(100);
    expect(seen.waited[1]).toBeGreaterThan(10_000);
  });

  test('ends with what was read last when its time is over, and when it is given up', async () => {
    const { holding } = page([false]);
    const wait = { ended: (ms: number, signal: AbortSignal) => sleep(ms, signal), release() {} };
    expect(await hold({ ...holding, wait, forMs: 30 })).toBe(false);
    const given = new AbortController();
    const held = hold({ ...holding, wait, signal: given.signal });
    given.abort();
    expect(await held).toBe(false);
  });
});

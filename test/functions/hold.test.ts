import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hold } from '../../functions/pages/hold.ts';
import { Silences } from '../../functions/pages/silences.ts';
import { sleep, type Wait } from '../../functions/waits.ts';

const never = new AbortController().signal;

interface Circumstances {
  watched?: boolean[];
  hears?: boolean;
  open?: boolean;
  /** Something is told before so many waits are over. */
  told?: number;
}

/** A page whose `readings` come one after another, the last one for ever; `waited` is how long it was willing to wait each time. */
function page(readings: boolean[], more: Circumstances = {}) {
  const seen = { reads: 0, watches: [] as number[], waited: [] as number[] };
  const wait: Wait = {
    ended: async (timeoutMs) => seen.waited.push(timeoutMs) <= (more.told ?? 0),
    release() {},
  };
  const holding = {
    read: async () => readings[Math.min(seen.reads++, readings.length - 1)] ?? false,
    isNews: (news: boolean) => news,
    isOpen: () => more.open ?? false,
    watch: async (ms: number) => (more.watched ?? [])[seen.watches.push(ms) - 1] ?? true,
    wait,
    isHearing: () => more.hears ?? true,
    signal: never,
  };
  return { seen, holding };
}
const news = async (holding: Parameters<typeof hold<boolean>>[0]) => (await hold(holding)).news;

describe('a held request', () => {
  test('is answered at once where there is news', async () => {
    const { seen, holding } = page([true]);
    expect(await news(holding)).toBe(true);
    expect(seen).toMatchObject({ reads: 1, watches: [], waited: [] });
  });

  test('is not held where news are not told', async () => {
    const { seen, holding } = page([false], { hears: false });
    expect(await news(holding)).toBe(false);
    expect(seen).toMatchObject({ reads: 1, waited: [] });
  });

  test('reads when it is told, and watches once; it waits for long where nothing is open', async () => {
    const { seen, holding } = page([false, false, true], { told: 9 });
    expect(await news(holding)).toBe(true);
    expect(seen).toMatchObject({ reads: 3, watches: [60_000] });
    expect(Math.min(...seen.waited)).toBeGreaterThan(10_000);
  });

  test('looks by itself where something may come at any time, however news were to be told', async () => {
    const { seen, holding } = page([false, true], { open: true });
    await hold(holding);
    expect(seen.waited).toEqual([5_000]);
  });

  test('looks again soon where nobody watched before: what was committed meanwhile may not have been told', async () => {
    const { seen, holding } = page([false, false, true], { watched: [false, true], told: 9 });
    await hold(holding);
    expect(seen.waited[0]).toBe(100);
    expect(seen.waited[1]).toBeGreaterThan(10_000);
    expect(seen.watches).toHaveLength(2);
  });

  test('ends with what was read last when its time is over, without another look, and when it is given up', async () => {
    const { seen, holding } = page([false]);
    const wait = { ended: (ms: number, signal: AbortSignal) => sleep(ms, signal).then(() => false), release() {} };
    expect(await news({ ...holding, wait, forMs: 30 })).toBe(false);
    expect(seen.reads).toBe(1);
    const given = new AbortController();
    const held = news({ ...holding, wait, signal: given.signal });
    given.abort();
    expect(await held).toBe(false);
    expect(seen.reads).toBe(2);
  });
});

describe('a page to which nothing came', () => {
  const known = (forMs: number) => ({ news: false, toldUntil: performance.now() + forMs });
  const wait = { ended: (ms: number, signal: AbortSignal) => sleep(ms, signal).then(() => false), release() {} };

  test('is held on without a question', async () => {
    const { seen, holding } = page([true]);
    const before = known(60_000);
    expect(await hold({ ...holding, wait, known: before, forMs: 30 })).toEqual(before);
    expect(seen).toMatchObject({ reads: 0, watches: [] });
  });

  test('is read once it is told of something', async () => {
    const { seen, holding } = page([true], { told: 1 });
    expect(await news({ ...holding, known: known(60_000) })).toBe(true);
    expect(seen).toMatchObject({ reads: 1, watches: [] });
  });

  test('is read when it may be told no longer, and is then told for ten minutes and sure for half of them', async () => {
    const { seen, holding } = page([false]);
    const { toldUntil } = await hold({ ...holding, wait, known: known(50), forMs: 100 });
    expect(seen).toMatchObject({ reads: 1, watches: [600_000] });
    expect(toldUntil - performance.now()).toBeGreaterThan(299_000);
    expect(toldUntil - performance.now()).toBeLessThanOrEqual(300_000);
  });

  test.each([
    ['nobody hears any more', false, 60_000],
    ['that is over', true, -1],
  ])('is read at once where %s', async (_, hears, forMs) => {
    const { seen, holding } = page([true], { hears });
    expect(await news({ ...holding, known: known(forMs) })).toBe(true);
    expect(seen.reads).toBe(1);
  });
});

describe('silences', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const kept = () => {
    const release = vi.fn();
    return { known: { news: 0, toldUntil: 0 }, wait: { ended: async () => false, release }, release };
  };
  const silences = () => {
    const made = new Silences<number>();
    onTestFinished(() => made.clear());
    return made;
  };

  test('are handed out once, to the page that left them', () => {
    const [all, one, other] = [silences(), kept(), kept()];
    for (const each of [one, other]) all.keep('a', each);
    expect(all.take('b')).toBeUndefined();
    expect([all.take('a')?.wait, all.take('a')?.wait, all.take('a')]).toEqual([one.wait, other.wait, undefined]);
    expect(one.release).not.toHaveBeenCalled();
  });

  test('are forgotten when the page does not come again in time', () => {
    const [all, one] = [silences(), kept()];
    all.keep('a', one);
    vi.advanceTimersByTime(9_999);
    expect(one.release).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(one.release).toHaveBeenCalledOnce();
    expect(all.take('a')).toBeUndefined();
  });

  test('are so many at most', () => {
    const all = silences();
    for (let page = 0; page < 9_999; page += 1) all.keep(String(page), kept());
    expect(all.keep('last', kept())).toBe(true);
    expect(all.keep('one more', kept())).toBe(false);
    all.take('last');
    expect(all.keep('one more', kept())).toBe(true);
  });

  test('end with the edge', () => {
    const [all, one, other] = [silences(), kept(), kept()];
    all.keep('a', one);
    all.keep('a', other);
    all.clear();
    expect([one.release, other.release].map((release) => release.mock.calls.length)).toEqual([1, 1]);
  });
});

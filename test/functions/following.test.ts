import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Waiters } from '../../cli/edge/waiter.ts';
import { Following } from '../../functions/following.ts';

const [command, session] = ['a command', 'its session'];
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Interest in a command, whose news come by `waiters`; `told` is what each call of `watch` says, the last one for ever. */
function follower({ hears = true, told = [true] } = {}) {
  const waiters = new Waiters();
  const seen = { watches: 0, gaveUp: new AbortController() };
  const following = new Following({
    waits: { hears, expect: (id) => waiters.add(id, () => true) },
    id: command,
    watch: async () => ({ session_id: session, told: told[Math.min(seen.watches++, told.length - 1)] ?? true }),
    signal: seen.gaveUp.signal,
  });
  const look = async (isQuiet: boolean, mostMs?: number) => {
    const startedAt = performance.now();
    await following.news(isQuiet, mostMs);
    return performance.now() - startedAt;
  };
  return { waiters, seen, following, look };
}

/** How long it takes, in the time of the test, with this happening after so many ms. */
async function tookMs(looking: Promise<number>, afterMs = 0, event = () => {}): Promise<number> {
  await vi.advanceTimersByTimeAsync(afterMs);
  event();
  await vi.advanceTimersByTimeAsync(60_000);
  return looking;
}

describe('who follows a command', () => {
  test('looks the moment there is news after a silence', async () => {
    const { waiters, look } = follower();
    await tookMs(look(true));
    expect(await tookMs(look(true), 300, () => waiters.wake(session))).toBe(300);
  });

  test('has looked for news that came while it looked', async () => {
    const { waiters, look } = follower();
    await tookMs(look(true));
    waiters.wake(session);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await tookMs(look(false))).toBe(0);
  });

  test('reads what comes in quick succession together', async () => {
    const { waiters, look } = follower();
    const first = look(true);
    await vi.advanceTimersByTimeAsync(100);
    waiters.wake(session);
    await vi.advanceTimersByTimeAsync(0);
    await first;
    expect(await tookMs(look(false), 5, () => waiters.wake(session))).toBe(20);
  });

  test('looks by itself, seldom, however news were to be told', async () => {
    const { look } = follower();
    expect(await tookMs(look(true))).toBe(5_000);
    expect(await tookMs(look(true), 0)).toBe(5_000);
  });

  test('looks again soon where nobody watched before', async () => {
    const { look } = follower({ told: [false, true] });
    expect(await tookMs(look(true))).toBe(20);
    expect(await tookMs(look(true))).toBe(5_000);
  });

  test('watches anew before it is no longer told, and not at every look', async () => {
    const { seen, waiters, look } = follower();
    await tookMs(look(true), 10, () => waiters.wake(session));
    // tookMs lets a minute pass, more than anything is told for.
    const looking = look(true);
    await vi.advanceTimersByTimeAsync(10);
    expect(seen.watches).toBe(2);
    waiters.wake(session);
    await vi.advanceTimersByTimeAsync(20);
    await looking;
    const again = look(true);
    await vi.advanceTimersByTimeAsync(5_000);
    await again;
    expect(seen.watches).toBe(2);
  });

  test('looks more and more rarely where news are not told, and often again once something came', async () => {
    const { seen, look } = follower({ hears: false });
    const pauses: number[] = [];
    for (let quiet = 0; quiet < 8; quiet += 1) pauses.push(await tookMs(look(true)));
    expect(pauses[0]).toBe(30);
    expect(pauses.at(-1)).toBe(200);
    expect(await tookMs(look(false))).toBe(20);
    expect(seen.watches).toBe(0);
  });

  test('waits no longer than it may, and no more once nobody listens', async () => {
    const { seen, look } = follower();
    expect(await tookMs(look(true, 700))).toBe(700);
    expect(await tookMs(look(true), 40, () => seen.gaveUp.abort())).toBe(40);
  });

  test('leaves no interest behind', async () => {
    const { waiters, following, look } = follower();
    await tookMs(look(true));
    expect(waiters.size).toBe(2);
    following.release();
    expect(waiters.size).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pollingWaits, sleep, untilEnded } from '../../functions/waits.ts';
import type { CommandRow, CommandState } from '../../sql/contract.ts';

const never = new AbortController().signal;
const row = (state: CommandState) => ({ state }) as CommandRow;

test('reads until the command has ended', async () => {
  const states: CommandState[] = ['queued', 'running', 'running', 'exited'];
  let reads = 0;
  const read = async () => {
    reads += 1;
    return row(states[reads] ?? 'lost');
  };
  const last = await untilEnded(row('queued'), read, pollingWaits().expect('id'), 5_000, never);
  expect([last.state, reads]).toEqual(['exited', 3]);
});

test('what has ended is not read again, and no wait reads nothing', async () => {
  const read = () => Promise.reject(new Error('must not be read'));
  for (const [state, waitMs] of [
    ['lost', 1000],
    ['running', 0],
  ] as const) {
    expect((await untilEnded(row(state), read, pollingWaits().expect('id'), waitMs, never)).state).toBe(state);
  }
});

describe('by a clock that only the test moves', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('the wait is over in time, and not before', async () => {
    let over = false;
    const read = async () => row('running');
    const waiting = untilEnded(row('running'), read, pollingWaits().expect('id'), 120, never).finally(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(119);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect((await waiting).state).toBe('running');
  });

  test('polls back off from 10 to 250 ms', async () => {
    const readAt: number[] = [];
    const read = async () => {
      readAt.push(performance.now());
      return row('running');
    };
    const startedAt = performance.now();
    const waiting = untilEnded(row('running'), read, pollingWaits().expect('id'), 2_000, never);
    await vi.advanceTimersByTimeAsync(2_000);
    await waiting;
    const pauses = readAt.map((at, index) => Math.round(at - (readAt[index - 1] ?? startedAt)));
    expect(pauses.slice(0, 3)).toEqual([10, 15, 22]);
    expect(pauses.slice(-4, -1)).toEqual([250, 250, 250]);
  });
});

test('a caller who goes away ends the wait at once', async () => {
  const gone = new AbortController();
  const waiting = untilEnded(
    row('running'),
    async () => row('running'),
    pollingWaits().expect('id'),
    60_000,
    gone.signal,
  );
  gone.abort();
  expect((await waiting).state).toBe('running');
  await sleep(60_000, gone.signal);
});

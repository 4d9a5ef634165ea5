import { expect, test } from 'vitest';
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

test('the wait is over in time', async () => {
  const startedAt = performance.now();
  await untilEnded(row('running'), async () => row('running'), pollingWaits().expect('id'), 120, never);
  const tookMs = performance.now() - startedAt;
  expect(tookMs).toBeGreaterThan(115);
  expect(tookMs).toBeLessThan(2_000);
});

test('polls back off from 10 to 250 ms', async () => {
  let reads = 0;
  const read = async () => {
    reads += 1;
    return row('running');
  };
  await untilEnded(row('running'), read, pollingWaits().expect('id'), 1_000, never);
  expect(reads).toBeGreaterThan(5);
  expect(reads).toBeLessThan(15);
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

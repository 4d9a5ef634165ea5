/** Calls that come while others are under way go together, and each has its own answer. */
import { expect, test } from 'vitest';
import { Together } from '../../sql/together.ts';

/** A kind whose calls are numbers: `sent` says what was sent, `hold` has the next statement wait. */
function scripted() {
  const sent: number[][] = [];
  let held: Promise<void> | undefined;
  let fault: unknown;
  /** Those that are not plain. */
  const left = new Set<number>();
  const calls = new Together<number, string>({
    async alone(call) {
      sent.push([call]);
      const wait = held;
      held = undefined;
      await wait;
      return `${call} alone`;
    },
    async together(all) {
      sent.push(all);
      const failure = fault;
      fault = undefined;
      if (failure) throw failure;
      return new Map(all.flatMap((call) => (left.has(call) ? [] : [[String(call), `${call} together`]])));
    },
    key: String,
    subject: (call) => `of ${call % 1000}`,
    size: (call) => (call >= 1_000_000 ? 700_000 : 0),
  });
  return {
    sent,
    left,
    send: (all: number[]) => Promise.all(all.map((call) => calls.send(call))),
    settle: (all: number[]) => Promise.allSettled(all.map((call) => calls.send(call))),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    fail: (error: unknown) => {
      fault = error;
    },
  };
}

test('one that comes alone is sent as it is', async () => {
  const { sent, send } = scripted();
  expect(await send([1])).toEqual(['1 alone']);
  expect(await send([2])).toEqual(['2 alone']);
  expect(sent).toEqual([[1], [2]]);
});

test('what comes at once goes in one statement', async () => {
  const { sent, send } = scripted();
  expect(await send([1, 2, 3])).toEqual(['1 together', '2 together', '3 together']);
  expect(sent).toEqual([[1, 2, 3]]);
});

test('what comes while one is under way waits for it, and goes together', async () => {
  const { sent, send, hold } = scripted();
  const release = hold();
  const first = send([1]);
  await expect.poll(() => sent).toEqual([[1]]);
  const rest = send([2, 3]);
  release();
  expect([await first, await rest]).toEqual([['1 alone'], ['2 together', '3 together']]);
});

test('nobody waits for one that waits for a lock', async () => {
  const { sent, send, hold } = scripted();
  const release = hold();
  const first = send([1]);
  await expect.poll(() => sent).toEqual([[1]]);
  expect(await send([2, 3])).toEqual(['2 together', '3 together']);
  release();
  expect(await first).toEqual(['1 alone']);
});

test('thirty-two go together at most', async () => {
  const { sent, send } = scripted();
  await send(Array.from({ length: 33 }, (_, call) => call));
  expect(sent.map(({ length }) => length)).toEqual([32, 1]);
});

test('two of the same never do', async () => {
  const { sent, send } = scripted();
  await send([1, 1001, 2, 1002]);
  expect(sent).toEqual([
    [1, 2],
    [1001, 1002],
  ]);
});

test('one that carries much goes with few others', async () => {
  const { sent, send } = scripted();
  await send([1_000_001, 1_000_002, 3]);
  expect(sent).toEqual([[1_000_001, 3], [1_000_002]]);
});

test('what is not plain goes alone', async () => {
  const { sent, send, left } = scripted();
  left.add(2);
  expect(await send([1, 2, 3])).toEqual(['1 together', '2 alone', '3 together']);
  expect(sent).toEqual([[1, 2, 3], [2]]);
});

test('of a statement that was refused each goes alone', async () => {
  const { sent, send, fail } = scripted();
  fail(Object.assign(new Error('no'), { code: 'LP409' }));
  expect(await send([1, 2])).toEqual(['1 alone', '2 alone']);
  expect(sent).toEqual([[1, 2], [1], [2]]);
});

test.each([['08006'], ['57P01'], ['53300'], [undefined]])(
  'of a statement of which nobody knows what became each is told so, and none is sent again: %s',
  async (code) => {
    const { sent, settle, fail } = scripted();
    fail(Object.assign(new Error('the connection broke'), { code }));
    expect((await settle([1, 2])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(sent).toEqual([[1, 2]]);
  },
);

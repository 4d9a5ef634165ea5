/** When output goes to Postgres: by the statements that are sent, and by a clock of the test's own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptPiece, HostCalls } from '../../sql/host.ts';
import { CommandOutput } from '../../worker/output.ts';
import { OutputWriter } from '../../worker/outputWriter.ts';
import type { Spools } from '../../worker/spool.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A running command that prints, and what was sent of it: when, and how much. */
function printing() {
  const sent: { atMs: number; bytes: number }[] = [];
  const startedAt = performance.now();
  const appendOutput = async (_: string, pieces: AttemptPiece[]) => {
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
    sent.push({ atMs: performance.now() - startedAt, bytes });
    return {};
  };
  const held = { memoryBytesMax: 1_000_000, spools: {} as Spools, ending: new AbortController().signal };
  const writer = new OutputWriter('host', { appendOutput } as Partial<HostCalls> as HostCalls, () => {}, held);
  const output = new CommandOutput(1_000_000, 1_000_000, writer.memory);
  writer.open('attempt', output);
  const print = (count: number) => {
    void output.push(1, Buffer.alloc(count));
    writer.wake();
  };
  return { sent, print };
}

test('what is written after a silence goes almost at once, and what its end would have taken along has a moment for it', async () => {
  const { sent, print } = printing();
  await vi.advanceTimersByTimeAsync(1_000);
  print(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([{ atMs: 1_002, bytes: 1 }]);
});

test('what follows is gathered: a command that writes line by line costs a statement every ten milliseconds', async () => {
  const { sent, print } = printing();
  for (let line = 0; line < 100; line += 1) {
    print(1);
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(20);
  expect(sent.map(({ atMs }) => atMs)).toEqual([2, 12, 22, 32, 42, 52, 62, 72, 82, 92, 102]);
  expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(100);
});

/** The record's picture of a terminal: stored when it changed, bounded in size and in number. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { limits, type ScreenContent } from '../../sql/contract.ts';
import type { AdoptedSession } from '../../sql/host.ts';
import type { Host } from '../../worker/host.ts';
import { SessionTerminal } from '../../worker/sessionTerminal.ts';
import type { Run, Screen, ShellTerminal, TerminalSize } from '../../worker/shell/index.ts';
import { silent } from '../support/log.ts';

const blank: Screen = {
  cols: 80,
  rows: 24,
  title: '',
  alternate: false,
  cursor: { row: 0, col: 0, visible: true },
  simplified: false,
  lines: [],
};

/** A terminal that shows what it is told, and a record that keeps what it is given. */
function begin({ tty = true, store = async (): Promise<unknown> => null } = {}) {
  let runs: Run[] = [];
  const stored: { generation: number; screen: ScreenContent }[] = [];
  const sizes: TerminalSize[] = [];
  const failed = vi.fn();
  const calls = {
    storeScreen: async (_owned: unknown, generation: number, screen: ScreenContent) => {
      await store();
      stored.push({ generation, screen });
    },
  };
  const host = { calls, log: silent, ending: new AbortController().signal } as unknown as Host;
  const session = { tty, cols: 80, rows: 24 } as AdoptedSession;
  const owned = { incarnation: 'i', session: 's', epoch: 1 };
  const terminal = new SessionTerminal(host, session, owned, failed);
  const shell: ShellTerminal = {
    press: async () => {},
    resize: ({ cols, rows }) => void sizes.push({ cols, rows }),
    screen: async () => ({ ...blank, lines: [{ runs }] }),
  };
  const write = (text: string | Run[]) => {
    runs = typeof text === 'string' ? [{ col: 0, text }] : text;
    terminal.options.terminal?.onChange?.();
  };
  const texts = () => stored.map(({ screen }) => screen.lines[0]?.runs.map(({ text }) => text).join(''));
  return { terminal, shell, write, stored, texts, sizes, failed };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a picture', () => {
  test('is stored soon after a change, and no more often than four times a second while changes go on', async () => {
    const { terminal, shell, write, texts } = begin();
    terminal.attach(shell, 1);
    for (let ms = 0; ms < 2_000; ms += 10) {
      write(`at ${ms}`);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(limits.screenMs);
    expect(texts()[0]).toBe('at 10');
    expect(texts().length).toBe(Math.ceil(2_000 / limits.screenMs) + 1);
    expect(texts().at(-1)).toBe('at 1990');
  });

  test('is not stored where nothing changed, or what did change looks the same', async () => {
    const { terminal, shell, write, texts } = begin();
    terminal.attach(shell, 1);
    write('same');
    await terminal.save();
    await terminal.save();
    write('same');
    await vi.advanceTimersByTimeAsync(10 * limits.screenMs);
    expect(texts()).toEqual(['same']);
  });

  test('is stored at once where somebody waits for it, in order', async () => {
    const stores: (() => void)[] = [];
    const { terminal, shell, write, texts } = begin({
      store: () => new Promise((resolve) => stores.push(() => resolve(null))),
    });
    terminal.attach(shell, 1);
    write('first');
    const first = terminal.save();
    await vi.waitUntil(() => stores.length === 1);
    write('second');
    const second = terminal.save();
    stores.shift()?.();
    await first;
    await vi.waitUntil(() => stores.length === 1);
    stores.shift()?.();
    await second;
    expect(texts()).toEqual(['first', 'second']);
  });

  test('of another shell is stored though it looks the same; without a shell there is none', async () => {
    const { terminal, shell, write, stored } = begin();
    write('too early');
    await terminal.save();
    for (const generation of [1, 2]) {
      terminal.attach(shell, generation);
      await terminal.save();
    }
    terminal.attach(null, 2);
    write('too late');
    await vi.advanceTimersByTimeAsync(10 * limits.screenMs);
    expect(stored.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  test('that could not be stored is told, and tried again with the next change', async () => {
    let isBroken = true;
    const store = async () => {
      if (isBroken) throw new Error('no');
    };
    const { terminal, shell, write, texts, failed } = begin({ store });
    terminal.attach(shell, 1);
    write('kept');
    await terminal.save();
    expect(failed).toHaveBeenCalledOnce();
    isBroken = false;
    await terminal.save();
    expect(texts()).toEqual(['kept']);
  });
});

describe('a picture of more bytes than a row should have', () => {
  const cells = (count: number): Run[] =>
    Array.from({ length: count }, (_, col) => ({ col, text: 'x', fg: `#${col.toString(16).padStart(6, '0')}` }));
  const bytesOf = (count: number) => JSON.stringify({ ...blank, lines: [{ runs: cells(count) }] }).length;
  let most = 1;
  while (bytesOf(most * 2) <= limits.screenBytesMax) most *= 2;
  for (let step = most; step >= 1; step /= 2) if (bytesOf(most + step) <= limits.screenBytesMax) most += step;

  test.each([
    ['below the limit has its colours', 0, false],
    ['above it has its text alone, and says so', 1, true],
  ])('%s', async (_, more, simplified) => {
    const { terminal, shell, write, stored } = begin();
    terminal.attach(shell, 1);
    write(cells(most + more));
    await terminal.save();
    expect(stored[0]?.screen.simplified).toBe(simplified);
    expect(stored[0]?.screen.lines[0]?.runs.length).toBe(simplified ? 1 : most);
    expect(JSON.stringify(stored[0]?.screen).length).toBeLessThanOrEqual(limits.screenBytesMax);
  });
});

describe('its size', () => {
  test('is the one asked for last, for this shell and for the next, also while that is being opened', () => {
    const { terminal, shell, sizes } = begin();
    terminal.resize({ cols: 100, rows: 30 });
    expect(terminal.options.terminal).toMatchObject({ cols: 100, rows: 30 });
    terminal.attach(shell, 1);
    terminal.resize({ cols: 90, rows: 20 });
    expect(sizes.at(-1)).toEqual({ cols: 90, rows: 20 });
    terminal.attach(null, 1);
    terminal.attach(shell, 2);
    expect(sizes.at(-1)).toEqual({ cols: 90, rows: 20 });
  });

  test('is nothing to a session without a terminal', async () => {
    const { terminal, stored } = begin({ tty: false });
    expect(terminal.options).toEqual({});
    terminal.resize({ cols: 100, rows: 30 });
    terminal.attach(null, 1);
    await terminal.save();
    expect(stored).toEqual([]);
  });
});

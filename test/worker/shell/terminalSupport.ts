/** Shells with a terminal, and what they show. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Screen, ShellOptions } from '../../../worker/shell/index.ts';
import { openTestShell, type TestShell } from './support.ts';

const pollMs = 5;

/** Opens a shell with a terminal of 80 columns and 24 rows, closed after the test. */
export function openTestTerminal(options: Partial<ShellOptions> = {}): Promise<TestShell> {
  return openTestShell({ terminal: { cols: 80, rows: 24 }, ...options });
}

export async function screenOf(shell: TestShell): Promise<Screen> {
  if (!shell.terminal) throw new Error('This shell has no terminal.');
  return shell.terminal.screen();
}

/** The rows of a screen as text. */
export function rowsOf(screen: Screen): string[] {
  return screen.lines.map(({ runs }) => runs.map(({ text }) => text).join(''));
}

/** Resolves with the screen once it shows this. */
export async function untilShown(shell: TestShell, text: string | RegExp): Promise<Screen> {
  for (;;) {
    const screen = await screenOf(shell);
    const shown = rowsOf(screen).join('\n');
    if (typeof text === 'string' ? shown.includes(text) : text.test(shown)) return screen;
    await delay(pollMs);
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

/** Clears its environment, leaves its parents, its session and its streams, and lowers the limit that marks it. */
const hide =
  'env -i setsid bash -c "ulimit -R 1000000; exec </dev/null >/dev/null 2>&1; exec -a hidden-\\$0 sleep 600 & disown" "$LIMPET_SESSION_ID" & wait';

export const hiding: Attack = {
  threat: 'outlives its session by hiding a process',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ open }) => {
    const shell = await open();
    await shell.run(hide);
    await expect.poll(() => named(shell.id), { timeout: 20_000 }).toHaveLength(1);
    await shell.close();
    await expect.poll(() => named(shell.id), { timeout: 20_000 }).toEqual([]);
  },
};

function named(id: string): string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).startsWith(`hidden-${id}`));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

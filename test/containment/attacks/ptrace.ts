import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

/** PTRACE_SEIZE by its number, so that no debugger need be installed: it stops nothing where it is granted. */
const seize = 'perl -e \'print syscall(101, 0x4206, $_, 0, 0) == 0 ? "seized $_\\n" : "" for @ARGV\'';

export const ptrace: Attack = {
  threat: 'debugs (ptrace) the host, its companion or another session',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ attacker, host }) => {
    const { stdout, exit_code } = await attacker.run(
      `command -v perl >/dev/null || exit 0; ${seize} ${host.pid} ${host.companionPid} 1`,
    );
    expect([stdout, exit_code]).toEqual(['', 0]);
  },
};

import { expect } from 'vitest';
import { alive } from '../../support/processes.ts';
import type { Attack } from '../attack.ts';

export const signals: Attack = {
  threat: 'ends or stops the host, its companion or another session',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ attacker, victim, host }) => {
    await victim.run('here=still');
    // All that can be named, and all that -1 reaches: every process that one may signal but this one.
    const tries = [host.pid, host.companionPid].flatMap((pid) => [`kill -KILL ${pid}`, `kill -STOP ${pid}`]);
    await attacker.run(`${tries.join('; ')}; kill -KILL -1`);
    expect(alive([host.pid, host.companionPid])).toEqual([host.pid, host.companionPid]);
    expect((await victim.run('echo $here')).stdout).toBe('still\n');
  },
};

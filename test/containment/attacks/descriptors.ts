import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const descriptors: Attack = {
  threat: 'takes all open files of the machine, or those its own shell needs',
  refused: ['none', 'account', 'bubblewrap', 'user'],
  run: async ({ attacker, victim }) => {
    const { stdout } = await attacker.run('ulimit -Hn');
    expect(Number(stdout)).toBe(limit);
    const take = `for i in {1..${limit + 100}}; do exec {fd}</dev/null || break; done; echo $?`;
    await attacker.run(take);
    expect(await victim.run('cat /dev/null; echo on')).toMatchObject({ stdout: 'on\n' });
    // Its own shell could not open the streams of a command any more: a fresh one does.
    expect(await attacker.run('echo on')).toMatchObject({ stdout: 'on\n' });
  },
};

/** LIMPET_LIMIT_OPEN_FILES of the hosts here. */
export const limit = 256;

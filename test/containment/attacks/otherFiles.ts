import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const otherFiles: Attack = {
  threat: 'reads, changes or finds files of another session',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ attacker, victim, host }) => {
    await victim.run('echo mine >secret; echo mine >/tmp/limpet-secret-$LIMPET_SESSION_ID');
    const home = `${host.workDir}/sessions/${victim.id}`;
    const tries = [
      `cat ${home}/secret`,
      `ls ${home}`,
      `ln ${home}/secret here; cat here`,
      `ln -s ${home}/secret there; cat there`,
      `echo worse >${home}/secret`,
      `cd ${home}`,
      `cat /tmp/limpet-secret-${victim.id}`,
      `ls ${host.workDir}/sessions`,
    ];
    const { stdout } = await attacker.run(tries.map((one) => `(${one}) && echo done`).join('; '));
    expect(stdout.replaceAll('done', '').split('\n').filter(Boolean)).toEqual(
      stdout.includes(attacker.id) ? [attacker.id] : [],
    );
    expect((await victim.run('cat secret; rm /tmp/limpet-secret-$LIMPET_SESSION_ID')).stdout).toBe('mine\n');
  },
};

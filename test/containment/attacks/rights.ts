import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const rights: Attack = {
  threat: 'gains rights by a program that belongs to root (sudo, su, mount)',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ attacker }) => {
    const { stdout } = await attacker.run(
      'grep -E "^(NoNewPrivs|CapEff|CapPrm|CapAmb):" /proc/self/status | tr -d "\\t"',
    );
    expect(stdout.split('\n').filter(Boolean).toSorted()).toEqual([
      'CapAmb:0000000000000000',
      'CapEff:0000000000000000',
      'CapPrm:0000000000000000',
      'NoNewPrivs:1',
    ]);
  },
};

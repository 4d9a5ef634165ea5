import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const machineFiles: Attack = {
  threat: 'writes outside its own directory and /tmp, or finds what people and services keep in /home, /root and /run',
  refused: ['bubblewrap', 'user'],
  run: async ({ attacker }) => {
    const places = '/home /root /run /mnt /media /var/tmp';
    const listed = await attacker.run(`for d in ${places}; do [ -d $d ] && ls -A $d; done`);
    expect(listed.stdout).toBe('');
    const write = 'for d in / /etc /usr /var /opt /srv; do : >$d/limpet-was-here && echo $d; done 2>/dev/null; true';
    expect((await attacker.run(write)).stdout).toBe('');
  },
};

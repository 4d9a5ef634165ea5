import { lstatSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

/** The host opens files and FIFOs that the shell uses: what is put in their place must not be opened for the shell. */
export const privateDirectory: Attack = {
  threat: 'has the host read or change a file for it, by links or FIFOs in the place of its own',
  refused: ['none', 'account', 'bubblewrap', 'user'],
  run: async ({ attacker, host, place }) => {
    const bait = `${host.workDir}/bait`;
    writeFileSync(bait, 'the host’s own\n', { mode: 0o600 });
    const before = lstatSync(bait);
    const swap = `cd "$__limpet_d" && for name in *; do ln -sf ${bait} "$name"; done; rm -f command; mkfifo command; cd`;
    const answers = [await attacker.run(swap), await attacker.run('echo one; cat'), await attacker.run('exec true')];
    answers.push(await attacker.run('echo two', { stdin: 'x' }), await attacker.run('echo three; true'));
    const session = await attacker.session();
    expect(JSON.stringify([answers, session])).not.toContain('the host’s own');
    const { uid, gid, mode, size } = lstatSync(bait);
    // In `none` the shell may have the bait's owner for its account: then it writes there itself, where its own redirections lead.
    const mayWrite = place === 'none' && process.getuid?.() === uid && uid !== 0;
    expect({ uid, gid, mode, size }).toEqual({
      uid: before.uid,
      gid: before.gid,
      mode: before.mode,
      size: mayWrite ? size : before.size,
    });
  },
};

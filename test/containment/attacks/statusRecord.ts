import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

/** It can write where its own shell tells an end, but has to guess a number of 63 bits that is another for each command. */
export const statusRecord: Attack = {
  threat: 'forges the end of a command, or the mark at the end of its output, by guessing',
  refused: ['none', 'account', 'bubblewrap', 'user'],
  run: async ({ attacker, open }) => {
    // Into every FIFO of its shell, that of the status and that of the state among them.
    const forge =
      'for f in "$__limpet_d"/*-*; do for i in {1..20}; do printf "%s:0:ran:\\n" $RANDOM$RANDOM$RANDOM; done 1<>"$f"; done';
    const ended = await attacker.run(`${forge}; echo mine; (exit 7)`);
    expect(ended).toMatchObject({ state: 'exited', exit_code: 7, stdout: expect.stringContaining('mine\n') });
    expect(await attacker.run('echo on')).toMatchObject({ exit_code: 0, stdout: expect.stringMatching(/on\n$/) });
    const terminal = await open({ tty: true });
    const marks = 'for i in {1..50}; do printf "\\e]%s\\e\\\\" $RANDOM; done; echo end; (exit 7)';
    const shown = await terminal.run(marks);
    expect(shown).toMatchObject({ exit_code: 7 });
    expect(shown.stdout).toMatch(/end\r\n$/);
    await terminal.close();
  },
};

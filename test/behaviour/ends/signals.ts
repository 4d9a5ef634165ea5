/** Signals to what runs. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectProblem } from '../../functions/api/client.ts';
import { Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';
import { isUp, noted } from './marks.ts';

/** Declares them. */
export function signals(stack: () => Stack): void {
  test.concurrent('INT twice does nothing to what ignores it; KILL does', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`bash -c "trap '' INT; : >up; exec sleep 30"`);
    await isUp(stack(), shell);
    for (const signal of ['INT', 'INT', 'KILL']) expect((await command.signal(signal)).status).toBe(202);
    expect(await command.ended()).toMatchObject({ state: 'exited', exit_code: 137 });
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  const numbered: [signal: string, exitCode: number][] = [
    ['TERM', 143],
    ['HUP', 129],
    ['USR1', 138],
    ['QUIT', 131],
  ];
  test.concurrent.each(numbered)('%s ends the program with %i, and the list goes on', async (signal, exitCode) => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`bash -c ': >up; exec sleep 30'; echo "then $?"`);
    await isUp(stack(), shell);
    await command.signal(signal);
    expect((await command.ended()).stdout).toBe(`then ${exitCode}\n`);
  });

  test.concurrent('TSTP and CONT stop it and let it go on', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start("bash -c 'echo $$ >a.pid; : >up; exec sleep 30'");
    await isUp(stack(), shell);
    const [pid = 0] = noted(stack(), shell);
    const state = () => / (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
    for (const [signal, expected] of [
      ['TSTP', 'T'],
      ['CONT', 'S'],
    ] as const) {
      await command.signal(signal);
      await until(() => state() === expected);
    }
    await command.cancel();
    await command.ended();
  });

  test.concurrent('to a command that has ended are refused', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start('true');
    await command.ended();
    expectProblem(await command.signal('INT'), 409, 'command_ended');
    expectProblem(await command.cancel(), 409, 'command_ended');
  });
}

/** Interrupts, as Ctrl-C sends them. */
import { expect, test } from 'vitest';
import { type Running, Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';
import { isUp, made } from './marks.ts';

/** Declares them. */
export function interrupts(stack: () => Stack): void {
  const interrupted: [what: string, script: string][] = [
    ['a loop of bash itself', 'while :; do :; done'],
    ['a program', 'sleep 30'],
    ['a pipeline', 'sleep 30 | cat'],
  ];
  test.concurrent.each(interrupted)('ends %s with 130, and the next command is fine', async (_what, script) => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`kept=1; : >up; ${script}; touch later`);
    await isUp(stack(), shell);
    await untilInterrupted(shell, command);
    expect(await command.now()).toMatchObject({ state: 'exited', exit_code: 130 });
    expect(made(stack(), shell)).toEqual(['up']);
    await shell.play([['echo $kept $?', { stdout: '1 130\n', generation: 1 }]]);
  });

  // A program that has not quite started cannot be interrupted yet: as with Ctrl-C, one presses it again.
  async function untilInterrupted(shell: Shell, command: Running): Promise<void> {
    await until(async () => {
      if ((await command.now()).state === 'running') await shell.interrupt();
      return (await command.now()).state !== 'running';
    });
  }

  test.concurrent('at any moment of a start ends it or comes too early, and the shell is well', async () => {
    const shell = await Shell.open(stack().api);
    for (let round = 0; round < 20; round += 1) {
      const command = await shell.start('sleep 0.3');
      await shell.interrupt();
      const { state, exit_code } = await command.ended();
      expect([state, [0, 130].includes(exit_code ?? -1)]).toEqual(['exited', true]);
    }
    await shell.play([['echo on', { stdout: 'on\n', generation: 1 }]]);
  });

  test.concurrent('where nothing runs is harmless', async () => {
    const shell = await Shell.open(stack().api);
    await shell.play([['echo before', { stdout: 'before\n' }]]);
    await shell.interrupt();
    await shell.play([['sleep 0.2; echo after', { stdout: 'after\n' }]]);
  });
}

/** Timeouts and kills, and what was printed before them. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
import { call } from '../../functions/api/client.ts';
import { alive } from '../../support/processes.ts';
import { idleProcesses } from '../../support/sandbox.ts';
import { Reader } from '../reader.ts';
import { Running, Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';
import { go, home, untilGo } from './gate.ts';

/** Declares them. */
export function ofEnds(stack: () => Stack): void {
  test.concurrent('2. a timeout ends the command and frees the session; a wait touches neither', async () => {
    const shell = await Shell.open(stack().api);
    const path = `/v1/sessions/${shell.id}/commands`;
    const json = { command: `${untilGo}; echo waited` };
    const waited = await call<Command>(stack().api, 'POST', path, { json, headers: { Prefer: 'wait=0.2' } });
    expect([waited.status, waited.body.finished_at]).toEqual([202, null]);
    await go(stack(), shell);
    expect(await new Running(stack().api, waited.body.id).ended()).toMatchObject({ stdout: 'waited\n', exit_code: 0 });
    const timedOut = { state: 'timed_out', exit_code: 124, stdout: 'early\n' };
    await shell.play([['echo early; sleep 300 | (setsid sleep 300; :)', timedOut, { timeout: '300ms' }]]);
    expect(stack().processes(shell.id)).toHaveLength(idleProcesses);
    await shell.play([['echo free', { stdout: 'free\n', generation: 1 }]]);
  });

  test.concurrent('4. a kill reaches children that went their own way, and is told when they are gone', async () => {
    const shell = await Shell.open(stack().api);
    const script = `for how in 'setsid' 'setsid nohup' 'env -i setsid'; do
      ($how bash -c 'echo $$ >>pids; while :; do echo x >>file; sleep 0.01; done' >/dev/null 2>&1 &)
    done; until [ "$(wc -l <pids)" = 3 ]; do sleep 0.01; done; : >up; sleep 300`;
    const command = await shell.start(script);
    await until(() => existsSync(home(stack(), shell, 'up')));
    const pids = stack().outside(
      shell.id,
      readFileSync(home(stack(), shell, 'pids'), 'latin1')
        .trim()
        .split('\n')
        .map(Number),
    );
    await command.cancel();
    expect(await command.ended()).toMatchObject({ state: 'killed' });
    expect([pids.length, alive(pids)]).toEqual([3, []]);
  });

  test.concurrent('9. no stream is complete and no end is told while the command runs', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`echo early; exec >&- 2>&-; ${untilGo}; exit 3`);
    await command.printed('early\n');
    const reader = await Reader.follow(stack().api, command.id);
    reader.read();
    await until(() => reader.story().stdout === 'early\n');
    expect((await command.output()).headers.get('limpet-complete')).toBe('false');
    expect(reader.story().events.at(-1)?.data).not.toHaveProperty('exit_code', 3);
    await go(stack(), shell);
    const { events } = await reader.whole();
    expect(events.at(-1)?.data).toMatchObject({ state: 'shell_exited', exit_code: 3 });
    expect((await command.output()).headers.get('limpet-complete')).toBe('true');
  });

  const ends: [
    how: string,
    state: string,
    options: object,
    end: (shell: Shell, command: Running) => Promise<unknown>,
  ][] = [
    ['a timeout', 'timed_out', { timeout: '1s' }, async () => {}],
    ['a kill', 'killed', {}, (_shell, command) => command.cancel()],
    ['closing the session', 'killed', {}, (shell) => shell.close()],
    ['the end of the shell', 'shell_exited', {}, async (shell) => go(stack(), shell)],
  ];
  test.concurrent.each(ends)('11. what was printed before %s is kept', async (_how, state, options, end) => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`seq 5000; echo err >&2; ${untilGo}; kill -9 $$`, options);
    await until(async () => (await command.now()).stdout_bytes === 23_893 && (await command.now()).stderr_bytes === 4);
    await end(shell, command);
    expect(await command.ended()).toMatchObject({ state, stdout_bytes: 23_893, stderr: 'err\n' });
    expect(Buffer.from((await command.output()).bytes).toString()).toMatch(/^1\n2\n(?:\d+\n)*4999\n5000\n$/);
  });
}

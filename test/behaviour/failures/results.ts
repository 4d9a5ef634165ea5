/** Results that are huge, late, or outlive what made them. */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { onNode, startApi } from '../../functions/api/fixture.ts';
import { startHostProcess } from '../../support/host.ts';
import { isTmpShared } from '../../support/sandbox.ts';
import { Shell } from '../shell.ts';
import { type Stack, until } from '../stack.ts';
import { go, home, untilGo } from './gate.ts';

/** Two hosts are started, and one is found dead. */
const longMs = 120_000;

/** Declares them. */
export function ofResults(stack: () => Stack): void {
  test.concurrent('17. a huge one has its head and tail, the rest is counted, and nobody is held up', async () => {
    const shell = await Shell.open(stack().api);
    const script = "echo first; head -c 30000000 /dev/zero | tr '\\0' x; echo last; touch through";
    const command = await shell.start(script, { max_output: 1_000_000 });
    const { stdout, ...ended } = await command.ended();
    expect(ended).toMatchObject({ stdout_bytes: 30_000_011, dropped_bytes: 29_000_011, truncated: true, exit_code: 0 });
    expect([stdout.slice(0, 6), stdout.slice(-6)]).toEqual(['first\n', 'xlast\n']);
    expect(existsSync(home(stack(), shell, 'through'))).toBe(true);
  });

  test.concurrent('20. silence is neither done nor hung: the time of the last output is there to read', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`: >up; ${untilGo}; echo spoke; rm go; ${untilGo}`);
    await until(() => existsSync(home(stack(), shell, 'up')));
    expect(await command.now()).toMatchObject({ state: 'running', last_output_at: null });
    await go(stack(), shell);
    await command.printed('spoke\n');
    const spoke = await command.now();
    expect([spoke.state, Date.parse(spoke.last_output_at ?? '')]).toEqual(['running', expect.any(Number)]);
    expect((await command.now()).last_output_at).toBe(spoke.last_output_at);
    await until(() => !existsSync(home(stack(), shell, 'go')));
    await go(stack(), shell);
    expect(await command.ended()).toMatchObject({ state: 'exited', last_output_at: spoke.last_output_at });
  });

  test('12 and 15. outlives the process, the session and the host; what was lost is said, and not run again', {
    timeout: longMs,
  }, async () => {
    const { api, databaseUrl, stop } = await startApi(onNode);
    let host = await startHostProcess(databaseUrl, 'doomed');
    try {
      const shell = await Shell.open(api);
      const first = await shell.start('echo result; cd /tmp; v=kept');
      await first.ended();
      // On another host the session may be another account's: this file is for everybody, where /tmp is.
      const file = `/tmp/limpet-ran-${randomUUID()}`;
      writeFileSync(file, '');
      chmodSync(file, 0o666);
      const lost = await shell.start(`echo ran >>${file}; echo before; sleep 300`);
      await lost.printed('before\n');
      host.kill('SIGKILL');
      expect(await lost.ended()).toMatchObject({ state: 'lost', exit_code: null, stdout: 'before\n', generation: 1 });
      expect(await first.now()).toMatchObject({ state: 'exited', stdout: 'result\n' });
      await host.remove();
      host = await startHostProcess(databaseUrl, 'next');
      await shell.play([['echo $v', { stdout: 'kept\n', generation: 2, host: 'next' }]]);
      if (isTmpShared) expect(readFileSync(file, 'latin1')).toBe('ran\n');
      await shell.close();
      rmSync(file);
      expect(await first.now()).toMatchObject({ state: 'exited', stdout: 'result\n' });
    } finally {
      await host.remove();
      await stop();
    }
  });
}

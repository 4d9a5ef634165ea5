/** A disk that takes no more: a command that cannot be handed to its shell says so, and the shell goes on. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { startHost } from '../../worker/index.ts';
import { surroundings } from '../../worker/surroundings.ts';
import { sqlFixture } from '../sql/fixture.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

test('a command that the disk has no room for did not run, and costs neither the shell nor the next command', async ({
  onTestFinished,
}) => {
  const fixture = await sqlFixture();
  let isFull = false;
  const openShell: typeof surroundings.openShell = async (options) => {
    const shell = await surroundings.openShell(options);
    const run = shell.run.bind(shell);
    shell.run = (command) => (isFull ? Promise.reject(full) : run(command));
    return shell;
  };
  const workDir = await temporaryDirectory(onTestFinished);
  const host = await startHost({ connectionString: fixture.url, workDir, name: 'full', warmShells: 0 }, silent, {
    ...surroundings,
    openShell,
  });
  onTestFinished(async () => {
    await host.stop();
    await fixture.drop();
  });
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  const ended = async (command: string) => {
    const { id } = await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command });
    const read = () => fixture.edge.readCommand(fixture.admin, id);
    await expect.poll(async () => (await read()).finished_at, { timeout: 20_000, interval: 20 }).not.toBeNull();
    return read();
  };
  const before = await ended('echo $$');
  isFull = true;
  const refused = await ended('echo $$');
  expect(refused).toMatchObject({ exit_code: null, stdout_bytes: 0, problem: expect.stringContaining(full.message) });
  expect(refused.problem).toMatch(/^It could not be handed to its shell, so the command did not run: /);
  isFull = false;
  expect(await ended('echo $$')).toMatchObject({ state: 'exited', generation: 1, stdout_head: before.stdout_head });
});

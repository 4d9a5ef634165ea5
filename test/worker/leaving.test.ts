/** A session that is on its way from its host for one reason when another one comes. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../sql/contract.ts';
import { type RunningHost, startHost } from '../../worker/index.ts';
import { surroundings } from '../../worker/surroundings.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';
import { alive } from '../support/processes.ts';

let fixture: SqlFixture;
beforeEach(async () => {
  fixture = await sqlFixture();
});
afterEach(() => fixture.drop());

const eventually = { timeout: 20_000, interval: 20 };

/** A host whose shells end when they are let, and what it logs. */
async function hostWithGate(workDir: string) {
  const logged: Parameters<Log>[] = [];
  const [closing, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const openShell: typeof surroundings.openShell = async (options) => {
    const shell = await surroundings.openShell(options);
    const close = shell.close.bind(shell);
    shell.close = async () => {
      closing.resolve();
      await gate.promise;
      await close();
    };
    return shell;
  };
  const settings = { connectionString: fixture.url, workDir, name: 'gated', graceMs: 500, warmShells: 0 };
  const host: RunningHost = await startHost(settings, (...line) => void logged.push(line), {
    ...surroundings,
    openShell,
  });
  return { host, logged, closing: closing.promise, open: gate.resolve };
}

test('a host that drains takes along what was idle, although work came while its shell ended', async ({
  onTestFinished,
}) => {
  const { host, logged, closing, open } = await hostWithGate(await temporaryDirectory(onTestFinished));
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, { idle_timeout_ms: 50 });
  await closing;
  const { id } = await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command: 'true' });
  const stopped = host.stop();
  const runners = () => logged.filter(([, , fields]) => /Graceful shutdown complete/.test(String(fields?.message)));
  await expect.poll(() => runners().length, eventually).toBe(2);
  open();
  await stopped;
  expect(logged.filter(([level]) => level === 'error')).toEqual([]);
  const kinds = await fixture.query('select kind from limpet.events where session_id = $1 order by seq desc limit 1', [
    session,
  ]);
  expect(kinds, 'it was handed over, and not lost').toEqual([{ kind: 'session.detached' }]);
  const [command] = await fixture.query('select state from limpet.commands where id = $1', [id]);
  expect(command).toEqual({ state: 'queued' });
});

test('a shell that was being opened while the record gave its host up is ended as well', async ({ onTestFinished }) => {
  const workDir = await temporaryDirectory(onTestFinished);
  const [opening, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const shells: number[] = [];
  const openShell: typeof surroundings.openShell = async (options) => {
    opening.resolve();
    await gate.promise;
    const shell = await surroundings.openShell(options);
    shells.push(shell.pid);
    return shell;
  };
  const settings = { connectionString: fixture.url, workDir, name: 'given up', graceMs: 500, warmShells: 0 };
  const host = await startHost(settings, silent, { ...surroundings, openShell });
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  await opening.promise;
  await fixture.host.confirmDeath(host.incarnation);
  await fixture.host.burySession(session);
  gate.resolve();
  expect(await host.closed).toEqual({ fenced: true });
  expect(shells).toHaveLength(1);
  expect(alive(shells)).toEqual([]);
});

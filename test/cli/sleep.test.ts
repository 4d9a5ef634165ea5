/** A host that sleeps leaves Postgres alone, and comes back with everything when it is wanted. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { type HostProcess, startHostProcess } from '../support/host.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const eventually = { timeout: 30_000, interval: 50 };
const never = 600_000;

async function sleeper(lookMs: number): Promise<HostProcess> {
  const env = { LIMPET_SLEEP_AFTER_MS: '300', LIMPET_SLEEP_LOOK_MS: String(lookMs) };
  const host = await startHostProcess(fixture.url, `sleeper-${randomUUID()}`, { env });
  onTestFinished(host.remove);
  return host;
}

const sleeps = (host: HostProcess) => host.logged.filter(({ event }) => event === 'host_sleeps').length;
const connections = async () =>
  (
    await fixture.query(
      `select application_name as name from pg_stat_activity
     where datname = current_database() and application_name <> '' and pid <> pg_backend_pid()`,
      [],
    )
  ).map(({ name }) => name);
const submit = async (session: string, command: string) => {
  const id = randomUUID();
  await fixture.edge.submitCommand(fixture.admin, session, id, { command });
  return async () => {
    const { state, stdout_head } = await fixture.edge.readCommand(fixture.admin, id);
    return [state, Buffer.from(stdout_head ?? '', 'base64').toString()];
  };
};

test('it sleeps once its sessions have gone, wakes for a command, has the state, and sleeps again', async () => {
  const host = await sleeper(500);
  await expect.poll(() => sleeps(host), eventually).toBe(1);
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, { idle_timeout_ms: 200 });
  await expect.poll(await submit(session, 'cd /usr; kept=1'), eventually).toEqual(['exited', '']);
  await expect.poll(() => sleeps(host), eventually).toBe(2);
  await expect.poll(await submit(session, 'echo "$PWD $kept"'), eventually).toEqual(['exited', '/usr 1\n']);
}, 60_000);

test('asleep it has no connection; SIGUSR2 has it look at once; asked to stop, it does', async () => {
  const host = await sleeper(never);
  await expect.poll(() => sleeps(host), eventually).toBe(1);
  await expect.poll(connections, eventually).toEqual([]);
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  const read = await submit(session, 'echo awake');
  await expect
    .poll(() => {
      host.kill('SIGUSR2');
      return read();
    }, eventually)
    .toEqual(['exited', 'awake\n']);
  await fixture.edge.closeSession(fixture.admin, session);
  await expect.poll(() => sleeps(host), eventually).toBe(2);
  host.kill('SIGTERM');
  expect(await host.ended).toBe(0);
}, 60_000);

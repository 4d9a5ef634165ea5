/** What happens when a host dies: nothing runs twice, nothing is lost, nobody is told what was not seen. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type CommandRow, hasEnded } from '../../sql/contract.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { type HostProcess, startHostProcess } from '../support/host.ts';
import { alive, familyOf } from '../support/processes.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

async function host(name: string): Promise<HostProcess> {
  const started = await startHostProcess(fixture.url, name);
  onTestFinished(started.remove);
  return started;
}

async function open(): Promise<string> {
  const id = randomUUID();
  await fixture.edge.createSession(fixture.admin, id, {});
  return id;
}
const submit = (session: string, command: string) =>
  fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command });
const read = (command: CommandRow) => fixture.edge.readCommand(fixture.admin, command.id);
const text = (base64: string) => Buffer.from(base64, 'base64').toString();
const until = (command: CommandRow, wanted: (row: CommandRow) => boolean, timeout = 20_000) =>
  expect.poll(async () => wanted(await read(command)), { timeout, interval: 50 }).toBe(true);

test('killed with a command running: it is lost with what it printed, nothing of it goes on, and the queue waits for the next host', async () => {
  const first = await host('first');
  const session = await open();
  await until(await submit(session, 'export KEPT=yes; cd /tmp'), (row) => hasEnded(row.state));
  const running = await submit(session, 'echo before; setsid sleep 3600 & sleep 3600; echo after');
  const queued = await submit(session, 'echo "$KEPT $PWD"');
  await until(running, (row) => text(row.stdout_head) === 'before\n');
  const family = familyOf(first.pid).filter((pid) => pid !== first.pid);

  first.kill('SIGKILL');
  await until(running, (row) => row.state === 'lost', 5_000);
  expect(await read(running)).toMatchObject({ state: 'lost', exit_code: null, stdout_bytes: 7 });
  await expect.poll(() => alive(family), { timeout: 5_000 }).toEqual([]);
  expect(await read(queued)).toMatchObject({ state: 'queued' });

  await host('second');
  await until(queued, (row) => hasEnded(row.state));
  expect(text((await read(queued)).stdout_head)).toBe('yes /tmp\n');
  expect(await read(queued)).toMatchObject({ state: 'exited', host: 'second' });
  expect(await read(running)).toMatchObject({ state: 'lost' });
}, 60_000);

test('a host restarted under its own name takes over at once', async () => {
  const name = randomUUID();
  const first = await host(name);
  const session = await open();
  await until(await submit(session, 'X=1'), (row) => hasEnded(row.state));
  first.kill('SIGKILL');
  await host(name);
  const next = await submit(session, 'echo $X');
  await until(next, (row) => hasEnded(row.state));
  expect(await read(next)).toMatchObject({ state: 'exited', generation: 2 });
  expect(text((await read(next)).stdout_head)).toBe('1\n');
}, 60_000);

test('stopped by SIGTERM, it lets a running command finish and hands its sessions over with their state', async () => {
  const first = await host(randomUUID());
  const session = await open();
  const running = await submit(session, 'echo started; Y=2; sleep 1; echo done');
  await until(running, (row) => row.stdout_bytes > 0);
  first.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(await read(running)).toMatchObject({ state: 'exited', exit_code: 0, stdout_bytes: 13 });
  expect(await fixture.edge.readSession(fixture.admin, session)).toMatchObject({ state: 'detached', host: null });
  await host(randomUUID());
  const next = await submit(session, 'echo $Y');
  await until(next, (row) => hasEnded(row.state));
  expect(text((await read(next)).stdout_head)).toBe('2\n');
}, 60_000);

/** What a leap of Postgres' clock by so much does to the times that are stored. */
const leap = (by: string) =>
  fixture.query(
    `update limpet.hosts set lease_until = lease_until - $1::interval, beat_at = beat_at - $1::interval, alive_since = alive_since - $1::interval
     where state <> 'dead'`,
    [by],
  );

test('a leap of the clock over all leases buries nobody who is well, and one back hides no death that the companion sees', async () => {
  const only = await host(randomUUID());
  const session = await open();
  const running = await submit(session, 'echo started; sleep 3; echo done');
  await until(running, (row) => row.stdout_bytes > 0);
  await leap('1 hour');
  // Everyone who reads may find that no host has a lease.
  await until(running, (row) => hasEnded(row.state));
  expect(await read(running)).toMatchObject({ state: 'exited', exit_code: 0, generation: 1 });
  const waits = await submit(session, 'echo started; sleep 3600');
  await until(waits, (row) => row.stdout_bytes > 0);
  await leap('-1 hour');
  only.kill('SIGKILL');
  await until(waits, (row) => row.state === 'lost');
}, 60_000);

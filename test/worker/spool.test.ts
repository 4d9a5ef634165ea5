/** What a command prints while Postgres is away: in memory, then on disk, then the command waits. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { leftSpools } from '../../worker/spool.ts';
import { shorten, useFleet } from '../support/fleet.ts';
import type { HostProcess } from '../support/host.ts';
import { silent } from '../support/log.ts';

// The outages are as long as it takes to print some megabytes, which on a busy machine may be longer than a short lease.
const { fleet, caller } = useFleet({ lease_ms: 2_000, fence_after_ms: 45_000, hint_ms: 500 });

const MiB = 1024 * 1024;
const poll = { timeout: 30_000, interval: 20 };
const env = { LIMPET_HELD_COMMAND_BYTES: String(128 * 1024), LIMPET_SPOOL_BYTES: String(2 * MiB) };
/** Waits for a file, prints so many bytes, and makes another. */
const printing = (bytes: number) =>
  `echo ready; until [ -e "$HOME/go" ]; do sleep 0.02; done; head -c ${bytes} /dev/zero | tr '\\0' x; touch "$HOME/printed"`;
const spooled = (host: HostProcess) =>
  leftSpools(`${host.workDir}/run/${host.incarnation}`, silent)?.bytes.reduce((sum, bytes) => sum + bytes, 0);

/** Runs `printing` up to the moment when Postgres is gone, and lets it print. */
async function printWithoutPostgres(host: HostProcess, bytes: number) {
  const session = await caller.open();
  const command = await caller.submit(session, printing(bytes));
  await caller.until(command.id, ({ stdout }) => stdout === 'ready\n');
  const home = `${host.workDir}/sessions/${session}`;
  await fleet.postgres.crash();
  await writeFile(`${home}/go`, '');
  return { id: command.id, session, hasPrinted: () => existsSync(`${home}/printed`) };
}

test('it ends though Postgres is away, and nothing of what it printed is missing afterwards', async () => {
  const host = await fleet.host(undefined, { env });
  const { id, hasPrinted } = await printWithoutPostgres(host, 1.5 * MiB);
  await expect.poll(hasPrinted, poll).toBe(true);
  expect(spooled(host)).toBeGreaterThan(MiB);
  await fleet.postgres.start();
  expect(await caller.ended(id)).toMatchObject({ state: 'exited', exit_code: 0, dropped_bytes: 0 });
  expect(Buffer.from(await caller.output(id)).equals(Buffer.from(`ready\n${'x'.repeat(1.5 * MiB)}`))).toBe(true);
  expect(spooled(host)).toBe(0);
}, 60_000);

test('beyond the bound of the disk it waits, and goes on when Postgres is back', async () => {
  const host = await fleet.host(undefined, { env });
  const { id, hasPrinted } = await printWithoutPostgres(host, 4 * MiB);
  await expect.poll(() => host.logged.map(({ event }) => event), poll).toContain('spool_full');
  expect(hasPrinted()).toBe(false);
  expect(spooled(host)).toBeLessThanOrEqual(2 * MiB);
  await fleet.postgres.start();
  expect(await caller.ended(id)).toMatchObject({ state: 'exited', stdout_bytes: 4 * MiB + 6 });
  expect(Buffer.from(await caller.output(id)).equals(Buffer.from(`ready\n${'x'.repeat(4 * MiB)}`))).toBe(true);
}, 60_000);

test('of a host that dies with it, what was on disk is discarded, which the command and the record say', async () => {
  const host = await fleet.host(undefined, { env });
  const { id, session, hasPrinted } = await printWithoutPostgres(host, 1.5 * MiB);
  await expect.poll(hasPrinted, poll).toBe(true);
  host.kill('SIGKILL');
  await host.ended;
  const isReporting = () => host.logged.some(({ process, event }) => process && event === 'database_call_repeated');
  await expect.poll(isReporting, poll).toBe(true);
  expect(spooled(host), 'until the record knows').toBeGreaterThan(MiB);
  await fleet.postgres.start();
  const lost = await caller.ended(id);
  expect(lost).toMatchObject({ state: 'lost', exit_code: null, stdout: 'ready\n' });
  expect(lost.problem).toMatch(/^Its host was lost while it ran: .* Up to \d+ bytes of output .* were discarded\.$/);
  const events = await fleet.query(`select kind from limpet.events where session_id = $1 order by seq`, [session]);
  expect(events.map(({ kind }) => kind)).toContain('output.discarded');
  await expect.poll(() => existsSync(`${host.workDir}/run/${host.incarnation}`), poll).toBe(false);
}, 60_000);

test('of a host that gives up, since Postgres was away too long, the same is said', async () => {
  await shorten(fleet.query, { fence_after_ms: 12_000 });
  const host = await fleet.host(undefined, { env });
  const { id } = await printWithoutPostgres(host, 1.5 * MiB);
  await expect.poll(() => spooled(host), poll).toBeGreaterThan(0);
  expect(await host.ended).toBe(1);
  await fleet.postgres.start();
  expect((await caller.ended(id)).problem).toMatch(/Up to \d+ bytes of output .* were discarded\.$/);
}, 60_000);

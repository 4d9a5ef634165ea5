/** A host that is stopped for a while and goes on: it corrupts nothing, and what its shells did meanwhile is counted, too. */
import { expect, onTestFinished, test } from 'vitest';
import { Load } from '../chaos/load.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { useFleet } from '../support/fleet.ts';
import { random } from '../support/fuzz.ts';
import type { HostProcess } from '../support/host.ts';
import { alive, familyOf } from '../support/processes.ts';

const { fleet, caller } = useFleet();

const poll = { timeout: 30_000, interval: 50 };
const seq = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');

/** Resolves once the record has the host's lease ended so long ago. */
async function leaseOver(host: HostProcess, ms: number): Promise<void> {
  const since = `select extract(epoch from clock_timestamp() - lease_until) * 1000 as ms from limpet.hosts where incarnation = $1`;
  await expect
    .poll(async () => Number((await fleet.query(since, [host.incarnation]))[0]?.ms), poll)
    .toBeGreaterThan(ms);
}

test('woken after its lease and before its deadline, it goes on as if nothing had been: nothing is lost', async () => {
  const host = await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'KEPT=$$');
  const running = await caller.submit(session, 'for i in $(seq 40); do echo "$i"; sleep 0.1; done');
  await caller.until(running.id, ({ stdout_bytes }) => stdout_bytes > 0);
  host.kill('SIGSTOP');
  const waits = await caller.submit(session, 'echo "$KEPT $$"');
  await leaseOver(host, 300);
  host.kill('SIGCONT');
  expect(await caller.ended(running.id)).toMatchObject({ state: 'exited', stdout: seq(40) });
  expect((await caller.ended(waits.id)).stdout).toMatch(/^(\d+) \1\n$/);
  await host.remove();
}, 60_000);

test('woken after its companion gave it up, it writes nothing and ends; each command ran once at most, here or there', async () => {
  const first = await fleet.host('first');
  const file = `${await temporaryDirectory(onTestFinished)}/marks`;
  const load = new Load(caller, { sessions: 6, commands: 150, file, work: 'sleep 0.1', random: random() });
  await load.open();
  const second = await fleet.host('second');
  const running = load.run();
  await expect.poll(() => load.submitted, poll).toBeGreaterThan(40);
  const shells = familyOf(first.pid).filter((pid) => ![first.pid, first.companionPid].includes(pid));
  first.kill('SIGSTOP');
  await expect.poll(() => alive(shells), poll).toEqual([]);
  await expect.poll(() => load.submitted, poll).toBeGreaterThan(100);
  const recorded = () =>
    fleet.query(`select count(*) as events from limpet.events where actor = $1`, [`host:${first.incarnation}`]);
  const before = await recorded();
  first.kill('SIGCONT');
  expect(await first.ended, 'a host that was given up does not end well').toBe(1);
  expect(await recorded(), 'what it has recorded').toEqual(before);
  await running;
  const figures = await load.figures(fleet.query);
  expect(figures).toMatchObject({ commands: load.submitted, twice: 0, missing: 0, wrong: 0, stateless: 0, other: 0 });
  expect(figures.lost, 'what ran when it was stopped, in each of its sessions').toBeLessThanOrEqual(6);
  expect(figures.exited).toBe(figures.commands - figures.lost);
  await second.remove();
}, 90_000);

test('while it is stopped, another may start under its name once its lease is over; woken, it is no longer that host', async () => {
  const first = await fleet.host('name');
  const session = await caller.open();
  await caller.run(session, 'KEPT=yes');
  first.kill('SIGSTOP');
  const second = await fleet.host('name');
  first.kill('SIGCONT');
  expect(await first.ended).toBe(1);
  expect(await caller.run(session, 'echo "$KEPT"')).toMatchObject({ state: 'exited', stdout: 'yes\n', generation: 2 });
  await second.remove();
}, 60_000);

test('a companion that is killed is replaced, and the new one knows every shell', async () => {
  const host = await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'KEPT=$$');
  const running = await caller.submit(session, 'echo before; setsid sleep 3600 & sleep 3600');
  await caller.until(running.id, ({ stdout }) => stdout === 'before\n');
  process.kill(host.companionPid, 'SIGKILL');
  await expect.poll(() => host.logged.map(({ event }) => event), poll).toContain('companion_ended');
  expect(await caller.command(running.id)).toMatchObject({ state: 'running' });
  const family = familyOf(host.pid).filter((pid) => pid !== host.pid);
  host.kill('SIGKILL');
  expect(await caller.ended(running.id)).toMatchObject({ state: 'lost', stdout: 'before\n' });
  await expect.poll(() => alive(family), poll).toEqual([]);
}, 60_000);

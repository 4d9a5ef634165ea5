/** Several hosts on one database: pools, capacity, and sessions that go where there is room. */
import { expect, onTestFinished, test } from 'vitest';
import type { Host as HostRow, Page } from '../../sql/contract.ts';
import { Load } from '../chaos/load.ts';
import { call } from '../functions/api/client.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { useFleet } from '../support/fleet.ts';
import { random } from '../support/fuzz.ts';

const { fleet, caller } = useFleet();

const poll = { timeout: 30_000, interval: 50 };
const listed = async () => (await call<Page<HostRow>>(fleet.api, 'GET', '/v1/hosts')).body.items;
const hostsOf = async (sessions: string[]) =>
  Promise.all(sessions.map(async (session) => (await caller.session(session)).host));

test('three hosts under load: no session is on two, none holds more than it may, and every command runs once', async () => {
  const env = { LIMPET_CAPACITY: '4' };
  const hosts = await Promise.all(['a', 'b', 'c'].map((name) => fleet.host(name, { env })));
  const file = `${await temporaryDirectory(onTestFinished)}/marks`;
  const load = new Load(caller, { sessions: 12, commands: 120, file, random: random() });
  await load.open();
  const rows = (await listed()).filter(({ state }) => state === 'live');
  expect(rows.map(({ name, pool, capacity, sessions }) => ({ name, pool, capacity, sessions }))).toEqual(
    ['a', 'b', 'c'].map((name) => ({ name, pool: 'default', capacity: 4, sessions: 4 })),
  );
  await load.run();
  const commands = load.submitted;
  expect(await load.figures(fleet.query)).toMatchObject({ commands, exited: commands, twice: 0, missing: 0, wrong: 0 });
  const adopted = hosts.flatMap(({ logged }) => logged.filter(({ event }) => event === 'session_adopted'));
  expect(adopted.length, 'sessions stay where they are').toBe(12);
  await Promise.all(hosts.map((host) => host.remove()));
}, 90_000);

test('with every host full a session waits, and is taken as soon as there is room', async () => {
  const host = await fleet.host(undefined, { env: { LIMPET_CAPACITY: '2' } });
  const sessions = [await caller.open(), await caller.open()];
  for (const session of sessions) await caller.run(session, 'true');
  const third = await caller.open();
  const waits = await caller.submit(third, 'echo ran');
  await expect.poll(() => host.logged.map(({ event }) => event), poll).toContain('session_refused');
  expect(await caller.command(waits.id)).toMatchObject({ state: 'queued' });
  expect(await caller.session(third)).toMatchObject({ state: 'opening', host: null });
  await call(fleet.api, 'DELETE', `/v1/sessions/${sessions[0]}`);
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'ran\n' });
  await host.remove();
}, 60_000);

test('a session goes to a host of its pool and to no other', async () => {
  const [red, blue] = await Promise.all(
    ['red', 'blue'].map((pool) => fleet.host(`${pool} host`, { env: { LIMPET_POOL: pool } })),
  );
  const sessions = await Promise.all(['red', 'blue', 'red', 'blue', 'green'].map((pool) => caller.open({ pool })));
  for (const session of sessions.slice(0, 4)) await caller.run(session, 'true');
  expect(await hostsOf(sessions)).toEqual(['red host', 'blue host', 'red host', 'blue host', null]);
  const waits = await caller.submit(sessions[4] ?? '', 'echo ran');
  await red?.remove();
  // What a pool without hosts has to do is not kept in the queue twice.
  const jobs = `select count(*)::integer as jobs from graphile_worker.jobs where task_identifier = 'open_session:green'`;
  expect((await fleet.query(jobs, []))[0]?.jobs).toBeLessThanOrEqual(2);
  const green = await fleet.host('green host', { env: { LIMPET_POOL: 'green' } });
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'ran\n', host: 'green host' });
  await Promise.all([blue?.remove(), green.remove()]);
}, 60_000);

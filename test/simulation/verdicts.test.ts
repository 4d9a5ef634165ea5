/** Whether a simulated host is blamed for a name that another process took: only if its lease was over. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { hostCalls } from '../../sql/host.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { createSimulationDatabase, type SimulationDatabase } from './database.ts';
import { SimulatedHost } from './hosts.ts';
import { World } from './world.ts';

const capacity = 1;

let database: SimulationDatabase;
beforeAll(async () => {
  database = await createSimulationDatabase(inject('clusterUrl'), inject('template'), null);
});
afterAll(() => database.drop());

/** Starts a host; `heard` is called with each event that is noted. */
async function begin(name: string, heard: (event: string) => void = () => {}) {
  const world = new World();
  const note = world.note.bind(world);
  world.note = (who, event, fields) => {
    note(who, event, fields);
    heard(event);
  };
  const workDir = await temporaryDirectory(onTestFinished);
  const settings = { connectionString: database.url, workDir, capacity, withoutCompanion: false };
  const host = new SimulatedHost(name, settings, world);
  onTestFinished(async () => {
    host.letGo();
    await host.drain();
    await host.ended;
    world.stalls.stop();
  });
  return { world, host };
}

const isOver = async (name: string) =>
  (await database.query('select from limpet.hosts where name = $1 and lease_until < clock_timestamp()', [name])).length;

test.for(['host_started', 'host_fenced'])(
  'a lease counts from before a registration that was answered only after a freeze, also where that is judged at "%s"',
  async (judgedAt) => {
    const { world, host } = await begin(judgedAt, (event) => {
      if (event === 'database_call_repeated') host.freeze();
      if (event === judgedAt) queueMicrotask(() => host.lostName());
    });
    host.failures.armCall('register_host', 'after');
    await vi.waitFor(async () => expect(await isOver(judgedAt)).toBe(1), { timeout: 10_000 });
    const twin = { name: judgedAt, pool: 'default', capacity, version: 'test' };
    await vi.waitFor(() => hostCalls(database.query).registerHost(randomUUID(), twin), { timeout: 10_000 });
    host.thaw();
    await host.ended;
    expect([...world.excuses.values()]).toContain('another took its name past its lease');
    expect(world.faults).toEqual([]);
  },
);

test('a host that lost its name within its lease was fenced without cause', async () => {
  const { world, host } = await begin('well');
  await host.ready();
  host.lostName();
  await database.query(`update limpet.hosts set state = 'dead', died_at = clock_timestamp() where name = 'well'`, []);
  await host.ended;
  expect(world.faults.map(({ kind }) => kind)).toEqual(['fenced_without_cause']);
});

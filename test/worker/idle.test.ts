/** What a host asks of the database while there is nothing to do. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningHost, startHost } from '../../worker/index.ts';
import { surroundings } from '../../worker/surroundings.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { makeDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';

let fixture: SqlFixture;
let host: RunningHost;
let workDir: string;
const asked: string[] = [];
beforeAll(async () => {
  fixture = await sqlFixture();
  for (const [limit, ms] of Object.entries({ lease_ms: 600, fence_after_ms: 45_000 }))
    await fixture.query('update limpet.settings set value = $2 where name = $1', [`limit.${limit}`, String(ms)]);
  workDir = await makeDirectory();
  const settings = { connectionString: fixture.url, workDir, name: 'idle', warmShells: 0 };
  const connect: typeof surroundings.connect = async (...given) => {
    const opened = await surroundings.connect(...given);
    return { ...opened, calls: counted(opened.calls), beats: (ms) => counted(opened.beats(ms)) };
  };
  host = await startHost(settings, silent, { ...surroundings, connect });
});
afterAll(async () => {
  await host.stop();
  await fixture.drop();
  await rm(workDir, { recursive: true, force: true });
});

/** The same calls, which leave their names behind. */
function counted<Calls extends object>(calls: Calls): Calls {
  return new Proxy(calls, {
    get(target, name, receiver) {
      asked.push(String(name));
      return Reflect.get(target, name, receiver);
    },
  });
}
const beats = () => asked.filter((name) => name === 'heartbeat').length;

test('once it has looked around it does nothing but beat', async () => {
  await expect.poll(beats).toBeGreaterThan(1);
  await expect.poll(() => asked).toContain('closedAmong');
  asked.length = 0;
  await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThan(8);
  expect(new Set(asked)).toEqual(new Set(['heartbeat']));
});

test('and what is to be done it does', async () => {
  const session = '0190f6a1-0000-7000-8000-000000000001';
  await fixture.edge.createSession(fixture.admin, session, { pool: 'elsewhere' });
  await expect.poll(() => asked).toContain('sweep');
  await fixture.edge.closeSession(fixture.admin, session);
});

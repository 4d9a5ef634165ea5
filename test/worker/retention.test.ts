/** Retention as a running host does it: jobs of cron, told in the log; and the queue's own housekeeping. */

import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigner } from '../../audit/keys.ts';
import { type Log, retentionTask, sessionRetentionTask } from '../../sql/contract.ts';
import { type RunningHost, startHost } from '../../worker/index.ts';
import { age, closed, ran } from '../sql/aging.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { makeDirectory } from '../support/directory.ts';

let fixture: SqlFixture;
let host: RunningHost;
let workDir: string;
const logged: Parameters<Log>[] = [];
beforeAll(async () => {
  fixture = await sqlFixture();
  workDir = await makeDirectory();
  const keyFile = `${workDir}/key`;
  await writeFile(keyFile, generateSigner('limpet.test/host').text, { mode: 0o600 });
  const audit = { keyFile, checkpointMs: 100 };
  // Of a pool of its own: the sessions here are in other hands.
  const settings = { connectionString: fixture.url, workDir, name: 'keeper', pool: 'keeper', audit };
  host = await startHost(settings, (...line) => void logged.push(line));
});
afterAll(async () => {
  await host.stop();
  await fixture.drop();
  await rm(workDir, { recursive: true, force: true });
});

const eventually = { timeout: 20_000, interval: 50 };
const told = (event: string) => logged.filter(([, name]) => name === event).map(([, , fields]) => fields);
const addJob = (task: string) => fixture.query('select from graphile_worker.add_job($1, job_key => $1)', [task]);
const column = async (name: string, from: string) =>
  (await fixture.query(`select ${name} as value from ${from} order by 1`, [])).map(({ value }) => value);

test('cron knows both tasks', async () => {
  const known = () => column('identifier', 'graphile_worker._private_known_crontabs');
  await expect.poll(known, eventually).toEqual([retentionTask, sessionRetentionTask]);
});

test('its jobs remove commands, then sessions, and the log says how much', async () => {
  const gone = await fixture.register();
  const owned = await fixture.adopted(gone);
  for (const state of ['a', 'b']) await ran(fixture, owned, state, 'four');
  await closed(fixture, owned);
  await fixture.host.confirmDeath(gone);
  await age(fixture);
  await addJob(retentionTask);
  await expect.poll(() => told('commands_removed'), eventually).toEqual([{ commands: 2, bytes: 8 }]);
  await expect.poll(() => told('leftovers_removed'), eventually).toMatchObject([{ hosts: 1 }]);
  // A session goes once a signed checkpoint has its last event; events that have one go before.
  const sessions = () => addJob(sessionRetentionTask).then(() => told('sessions_removed').map((one) => one?.sessions));
  await expect.poll(sessions, { ...eventually, interval: 500 }).toContain(1);
  expect(await column('id', 'limpet.sessions')).toEqual([]);
});

test("the queue's identifiers of hosts that are gone go, and a host that lives goes on hearing of work", async () => {
  const gone = await fixture.register();
  await fixture.host.confirmDeath(gone);
  const tasks = () => column('identifier', 'graphile_worker._private_tasks');
  expect(await tasks()).toContain(`run_command:${gone}`);
  await addJob(retentionTask);
  await expect.poll(tasks, eventually).not.toContain(`run_command:${gone}`);
  for (const task of [`run_command:${host.incarnation}`, 'open_session:keeper', retentionTask, sessionRetentionTask])
    expect(await tasks()).toContain(task);
  const [session, id] = [randomUUID(), randomUUID()];
  await fixture.edge.createSession(fixture.admin, session, { pool: 'keeper' });
  await fixture.edge.submitCommand(fixture.admin, session, id, { command: 'true' });
  const state = async () => (await fixture.edge.readCommand(fixture.admin, id)).state;
  await expect.poll(state, eventually).toBe('exited');
  await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command: 'true' });
  await expect.poll(() => column('state', 'limpet.commands'), eventually).toEqual(['exited', 'exited']);
  // A notification may have told it all of that: its jobs are gone once they have reached it, and not before.
  const jobs = () => column('key', `graphile_worker._private_jobs where payload->>'session_id' = '${session}'`);
  await expect.poll(jobs, eventually).toEqual([]);
});

/** What the observer in a simulation's database must see, whatever rule keeps it from happening. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { edgeCalls } from '../../sql/edge.ts';
import { hostCalls } from '../../sql/host.ts';
import { createSimulationDatabase, type SimulationDatabase } from './database.ts';

let database: SimulationDatabase;
beforeAll(async () => {
  database = await createSimulationDatabase(inject('clusterUrl'), inject('template'), null);
});
afterAll(() => database.drop());

const seen = async () =>
  (await database.query('select kind, detail from simulation.seen()', [])) as { kind: string; detail: string }[];

/** A session with a command that has stored some output. */
async function wrote() {
  const { query, credential } = database;
  const [edge, host] = [edgeCalls(query), hostCalls(query)];
  const [incarnation, session, attempt] = [randomUUID(), randomUUID(), randomUUID()];
  await host.registerHost(incarnation, { name: incarnation, pool: 'default', capacity: 1, version: 'test' });
  await query(`update limpet.hosts set lease_until = lease_until + interval '1 hour'`, []);
  await edge.createSession(credential, session, {});
  const adopted = await host.adoptSession(incarnation, session);
  if (adopted === null || 'refused' in adopted) throw new Error('the session was not adopted');
  const { id } = await edge.submitCommand(credential, session, randomUUID(), { command: 'echo' });
  await host.claimCommand({ incarnation, session, epoch: adopted.epoch }, attempt);
  await host.appendOutput(incarnation, [{ attempt, stream: 1, offset: 0, skip: 0, bytes: Buffer.from('written') }]);
  return { session, command: id };
}

test('a number that goes back, a closed session that opens, and output that changes or goes; nothing before that', async () => {
  const { session, command } = await wrote();
  const { query } = database;
  await query('update limpet.sessions set generation = generation + 1, closed_at = now() where id = $1', [session]);
  expect(await seen()).toEqual([]);
  for (const column of ['epoch', 'generation', 'next_seq', 'audit_seq']) {
    await query(`update limpet.sessions set ${column} = ${column} - 1 where id = $1`, [session]);
  }
  await query('update limpet.sessions set closed_at = null where id = $1', [session]);
  await query('update limpet.output set data = data where command_id = $1', [command]);
  await query('delete from limpet.output where command_id = $1', [command]);
  const faults = await seen();
  expect(faults.map(({ kind }) => kind)).toEqual([...Array(5).fill('went_back'), ...Array(2).fill('output_rewritten')]);
  for (const { kind, detail } of faults) expect(detail).toContain(kind === 'went_back' ? session : command);
});

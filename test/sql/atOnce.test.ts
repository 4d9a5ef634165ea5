/** What comes at once goes in one statement and leaves what it would have left alone. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CommandOptions } from '../../sql/edge.ts';
import type { CommandResult, Owned } from '../../sql/host.ts';
import { type GatheringFixture, gatheringFixture, printed } from './gathering.ts';

let g: GatheringFixture;
beforeAll(async () => {
  g = await gatheringFixture();
});
afterAll(() => g.fixture.drop());
beforeEach(() => {
  g.called.length = 0;
});

const asked: CommandOptions[] = [
  { command: 'true' },
  { command: 'é "\\ \n', cwd: '/tmp', timeout_ms: 5, interactive: true, max_output: 7 },
  { command: 'cat', stdin: 'some input', env: { A: '"1"' } },
  { command: 'ls', if_busy: 'fail' },
];
const outputs = [[], [printed('out\n')], [printed('out'), printed('err', 2), printed('put', 1, 3)], [printed('e', 2)]];
const results: Partial<CommandResult>[] = [
  {},
  { state: 'killed', exit_code: null, signal: 'TERM', cwd: null },
  { exit_code: 3, problem: 'A limit was reached.', jobs: 2 },
  { cwd: '/"é"', generation: 2 },
];

/** Everything that is stored of these sessions but what differs by chance: ids, times, salts, hashes. */
async function left(all: Owned[]) {
  const ids = all.map(({ session }) => session);
  const rows = async (text: string) =>
    (await g.fixture.query(text, [ids])).map((row) =>
      JSON.parse(JSON.stringify(row.row).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')),
    );
  return {
    commands: await rows(
      `select to_jsonb(c) - '{id,session_id,attempt,created_at,started_at,finished_at,last_output_at}'::text[]
         || jsonb_build_object('times', array[created_at <= started_at, started_at <= finished_at, last_output_at <= finished_at]) as row
       from limpet.commands c where session_id = any ($1::uuid[]) order by array_position($1::uuid[], session_id), seq`,
    ),
    sessions: await rows(
      `select to_jsonb(s) - '{id,created_at,opened_at,last_active_at,hint_at,audit_hash,started_at}'::text[] as row
       from limpet.sessions s where id = any ($1::uuid[]) order by array_position($1::uuid[], id)`,
    ),
    events: await rows(
      `select jsonb_build_object('seq', seq, 'kind', kind, 'actor', actor, 'payload', payload::jsonb) as row
       from limpet.events where session_id = any ($1::uuid[]) order by array_position($1::uuid[], session_id), seq`,
    ),
    output: await rows(
      `select to_jsonb(o) - '{command_id,id,stored_at}'::text[] as row from limpet.output o join limpet.commands c on c.id = o.command_id
       where session_id = any ($1::uuid[]) order by array_position($1::uuid[], session_id), position`,
    ),
    jobs: await rows(
      `select to_jsonb(j) - '{id,key,run_at,created_at,updated_at}'::text[] as row from graphile_worker._private_jobs j
       where (j.payload->>'session_id')::uuid = any ($1::uuid[]) order by array_position($1::uuid[], (j.payload->>'session_id')::uuid), task_id, id`,
    ),
  };
}

/** Each of `asked` in a session of its own, from its g.submit to its end, twice: all at once, or one after the other. */
async function run(together: boolean) {
  const all = await g.adopted(asked.length);
  const each = async <Result>(work: (owned: Owned, at: number) => Promise<Result>) => {
    if (together) return Promise.all(all.map(work));
    const done: Result[] = [];
    for (const [at, owned] of all.entries()) done.push(await work(owned, at));
    return done;
  };
  const told: unknown[] = [];
  for (const _ of ['first', 'with a state that is known']) {
    g.called.length = 0;
    const rows = await each((owned, at) => g.submit(owned, asked[at] as CommandOptions));
    const attempts = await each(g.claim);
    told.push(await each((owned, at) => g.finish(owned, attempts[at] ?? '', outputs[at] ?? [], results[at])));
    told.push(rows, await each((_owned, at) => g.edge.readCommand(g.fixture.admin, rows[at]?.id ?? '')));
  }
  return { all, told: JSON.stringify(told) };
}

const plain = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"(queued|run)_ms":\d+/g, '"$1_ms":0');

test('leaves and answers what it would have alone, and its record holds', async () => {
  const [one, other] = [await run(true), await run(false)];
  expect(await left(one.all)).toEqual(await left(other.all));
  expect(JSON.parse(plain(one.told))).toEqual(JSON.parse(plain(other.told)));
  for (const { session } of one.all) {
    expect(await g.edge.checkChain(g.fixture.admin, session)).toMatchObject({ broken_at: null, checked_from: 1 });
  }
});

test('is one statement for each step', async () => {
  const all = await g.adopted(3);
  const first = await Promise.all(all.map((owned) => g.submit(owned, { command: 'true' })));
  const attempts = await Promise.all(all.map(g.claim));
  await Promise.all(all.map((owned, at) => g.finish(owned, attempts[at] ?? '', [])));
  g.called.length = 0;
  const rows = await Promise.all(all.map((owned) => g.submit(owned, { command: 'true' })));
  expect(rows.map(({ session_id, seq }) => [session_id, seq])).toEqual(all.map(({ session }) => [session, 2]));
  const again = await Promise.all(all.map(g.claim));
  await Promise.all(all.map((owned, at) => g.finish(owned, again[at] ?? '', [printed('x')])));
  const read = await Promise.all(rows.map(({ id }) => g.edge.readCommand(g.fixture.admin, id)));
  expect(read.map(({ state, stdout_head }) => [state, stdout_head])).toEqual(all.map(() => ['exited', 'eA==']));
  expect(g.called).toEqual(['submit_commands', 'claim_commands', 'finish_commands', 'read_commands']);
  expect(first.map(({ seq }) => seq)).toEqual([1, 1, 1]);
});

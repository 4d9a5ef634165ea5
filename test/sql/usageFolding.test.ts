/** Usage is counted once, whoever counts while others end commands. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SqlFixture, sqlFixture } from './fixture.ts';

const commands = 240;
let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

/** Has this many commands run for a new owner, each in its own session, on three days by turns. They are told by their seq. */
async function running(owner: string, count: number): Promise<Buffer> {
  const credential = await fixture.key(owner);
  await fixture.query(
    `with s as (select (limpet_edge.create_session($1, gen_random_uuid(), '{}')->>'id')::uuid as id, n from generate_series(1, $2::integer) n)
     select limpet_edge.submit_command($1, s.id::text, gen_random_uuid(), '{"command": "true"}') from s`,
    [credential, count],
  );
  await fixture.query(
    `with c as (select id, row_number() over () as n from limpet.commands where state = 'queued')
     update limpet.commands x set state = 'running', attempt = gen_random_uuid(), seq = c.n, started_at = clock_timestamp(),
       created_at = clock_timestamp() - make_interval(days => c.n::integer % 3)
     from c where c.id = x.id`,
    [],
  );
  return credential;
}

const ending = `update limpet.commands set state = 'exited', exit_code = seq % 2, stdout_bytes = 1, finished_at = clock_timestamp()
  where state = 'running' and seq between $1 and $2`;
const end = (from: number, to: number) => fixture.query(ending, [from, to]);

async function used(credential: Buffer) {
  const { items } = await fixture.edge.readUsage(credential, {});
  const sum = (of: 'commands' | 'failed' | 'output_bytes') => items.reduce((total, item) => total + item[of], 0);
  return { commands: sum('commands'), failed: sum('failed'), bytes: sum('output_bytes') };
}

test('ends of several hosts, folding hosts and readers at once: nothing is counted twice, nothing is missed', async () => {
  const credential = await running('racing', commands);
  let isOver = false;
  const fold = async () => {
    while (!isOver) await fixture.host.foldUsage(7);
  };
  const read = async () => {
    for (let last = 0; !isOver; ) {
      const now = await used(credential);
      expect(now.commands).toBeGreaterThanOrEqual(last);
      expect(now.bytes).toBe(now.commands);
      last = now.commands;
    }
  };
  const ends = Array.from({ length: 4 }, async (_, turn) => {
    for (let seq = turn * 3 + 1; seq <= commands; seq += 12) await end(seq, seq + 2);
  });
  const others = [fold(), fold(), read()];
  await Promise.all(ends).finally(() => {
    isOver = true;
  });
  await Promise.all(others);
  const all = { commands, failed: commands / 2, bytes: commands };
  expect(await used(credential)).toEqual(all);
  while ((await fixture.host.foldUsage(100)) === 100);
  expect(await used(credential)).toEqual(all);
  expect(await fixture.query('select from limpet.usage_changes', [])).toEqual([]);
});

test('an end that is rolled back is not counted, nor is a fold', async () => {
  const credential = await running('undone', 2);
  await end(1, 1);
  await expect(
    fixture.query(
      `do $$ begin
         ${ending.replace('$1', '2').replace('$2', '2')};
         perform limpet_host.fold_usage();
         raise exception 'no';
       end $$`,
      [],
    ),
  ).rejects.toThrow('no');
  expect(await used(credential)).toEqual({ commands: 1, failed: 1, bytes: 1 });
  await end(2, 2);
  expect(await used(credential)).toEqual({ commands: 2, failed: 1, bytes: 2 });
});

test('what a background job writes afterwards is counted with its command, and its day has changed', async () => {
  const credential = await running('late', 1);
  await end(1, 1);
  const { until } = await fixture.edge.readUsage(credential, {});
  await fixture.query(
    'update limpet.commands c set late_bytes = 41 from limpet.owners o where o.id = c.owner_id and o.name = $1',
    ['late'],
  );
  expect(await used(credential)).toEqual({ commands: 1, failed: 1, bytes: 42 });
  const { items } = await fixture.edge.readUsage(credential, { changed_since: until });
  expect(items).toMatchObject([{ commands: 1, output_bytes: 42 }]);
});

test('at most so many changes are folded at once, and the answer tells of more', async () => {
  const credential = await running('many', 5);
  while ((await fixture.host.foldUsage(100)) === 100);
  await end(1, 5);
  expect([await fixture.host.foldUsage(3), await fixture.host.foldUsage(3), await fixture.host.foldUsage(3)]).toEqual([
    3, 2, 0,
  ]);
  expect((await used(credential)).commands).toBe(5);
});

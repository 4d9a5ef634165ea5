/** Search: the same is found by walking back and by the index, in pages, within bounds. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostCalls, type Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

/** A command that wrote these bytes to stdout. */
async function wrote(owned: Owned, command: string, output: Buffer | string = '') {
  const { id } = await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command });
  const attempt = randomUUID();
  const bytes = Buffer.from(output);
  await fixture.host.claimCommand(owned, attempt);
  const rest = Array.from({ length: Math.ceil(bytes.length / 65536) }, (_, n) => ({
    stream: 1 as const,
    offset: n * 65536,
    skip: 0,
    bytes: bytes.subarray(n * 65536, (n + 1) * 65536),
  }));
  await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: bytes.length }, null, null, rest);
  return id;
}

/** The first of them, in as many pages as the search has time for. */
const find = async (q: string, filter: object = {}, limit = 100) => {
  const found: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await fixture.edge.listCommands(
      fixture.admin,
      { q, ...filter },
      limit - found.length,
      cursor ?? undefined,
    );
    found.push(...page.items.map((item) => item.command));
    cursor = page.next_cursor;
  } while (cursor !== null && found.length < limit);
  return found;
};
/** Makes all commands of a session older than any walk goes, in the index or out of it. */
const index = async () => {
  while ((await hostCalls(fixture.query).indexSearch(500)) === 500);
};

/** More commands than a walk looks at, made by the database itself, newer than what is there. */
async function hay(owned: Owned, count: number): Promise<void> {
  await fixture.query(
    `insert into limpet.commands (id, session_id, seq, owner_id, key_id, command, max_output, state, attempt, created_at, started_at, finished_at)
     select gen_random_uuid(), s.id, s.next_seq + n, s.owner_id, s.key_id, 'hay ' || n, 0, 'exited', gen_random_uuid(), clock_timestamp(),
       clock_timestamp(), clock_timestamp()
     from limpet.sessions s, generate_series(0, $2 - 1) n where s.id = $1`,
    [owned.session, count],
  );
  await fixture.query('update limpet.sessions set next_seq = next_seq + $2 where id = $1', [owned.session, count]);
}

test('what is older than a walk goes is looked up, whether the index has it yet or not', async () => {
  const owned = await fixture.adopted(incarnation);
  await wrote(owned, 'indexed needle');
  await wrote(owned, 'by output', 'a NEEDLE in it');
  await index();
  await wrote(owned, 'not yet indexed needle');
  await hay(owned, 4500);
  const all = ['not yet indexed needle', 'by output', 'indexed needle'];
  expect(await find('needle')).toEqual(all);
  expect(await find('needle', { session: owned.session })).toEqual(all);
  expect(await find('needle', { state: 'lost' })).toEqual([]);
  await index();
  expect(await find('needle')).toEqual(all);
  expect(await find('hay 12')).toHaveLength(100);
});

test('pages of a search hold everything once, in order', async () => {
  const expected = await find('needle');
  const paged: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await fixture.edge.listCommands(fixture.admin, { q: 'needle' }, 1, cursor ?? undefined);
    paged.push(...page.items.map((item) => item.command));
    cursor = page.next_cursor;
  }
  expect(paged).toEqual(expected);
});

test('a search whose time is over answers with a cursor that goes on', async () => {
  await fixture.query(`update limpet.settings set value = '0' where name = 'limit.search_ms'`, []);
  const first = await fixture.edge.listCommands(fixture.admin, { q: 'ye' }, 100);
  const second = await fixture.edge.listCommands(fixture.admin, { q: 'ye' }, 100, first.next_cursor ?? '');
  await fixture.query(`update limpet.settings set value = '25' where name = 'limit.search_ms'`, []);
  expect([first.items, second.items]).toEqual([[], []]);
  expect(new Set([null, first.next_cursor, second.next_cursor]).size).toBe(3);
});

test.each([
  ['%', 'a % b', 'a b'],
  ['_x', 'a_x', 'a.x'],
  ['\\n', 'a\\n', 'a n'],
  ["'; drop", "'; drop", 'drop'],
  ['ÄÖ✓ a', 'ÄÖ✓ A', 'ao'],
])('%j is searched for as it is', async (q, command, other) => {
  const owned = await fixture.adopted(incarnation);
  for (const text of [command, other]) await wrote(owned, text);
  const lists = () => find(q, { session: owned.session });
  expect(await lists()).toEqual([command]);
  await index();
  expect(await lists()).toEqual([command]);
});

test('output that is no text is searched as far as it is, and cut characters disturb nothing', async () => {
  const owned = await fixture.adopted(incarnation);
  await wrote(owned, 'binary', Buffer.concat([Buffer.of(0, 255), Buffer.from('inside'), Buffer.of(0)]));
  // 3 bytes a character: the ends that are looked at begin and end within one.
  await wrote(owned, 'long', `first ${'✓'.repeat(30_000)} last`);
  for (const _indexed of [false, true]) {
    expect(await find('inside', { session: owned.session })).toEqual(['binary']);
    for (const q of ['first ✓✓', '✓ last']) expect(await find(q, { session: owned.session })).toEqual(['long']);
    await index();
  }
});

test('search_bytes of each end are looked at, and not one more', async () => {
  const owned = await fixture.adopted(incarnation);
  const filler = (length: number) => '.'.repeat(length);
  await wrote(owned, 'within', `${filler(16_384 - 5)}fives${filler(40_000)}sixes${filler(16_384 - 5)}`);
  await wrote(owned, 'beyond', `${filler(16_384 - 4)}fives${filler(40_000)}sixes${filler(16_384 - 4)}`);
  for (const q of ['fives', 'sixes']) expect(await find(q, { session: owned.session })).toEqual(['within']);
});

test('another owner finds nothing of it', async () => {
  const other = await fixture.key('somebody else');
  const { items, next_cursor } = await fixture.edge.listCommands(other, { q: 'needle' }, 100);
  expect([items, next_cursor]).toEqual([[], null]);
});

test('at most so many are cancelled in one call, and calls go on until none is left', async () => {
  const owned = await fixture.adopted(incarnation);
  for (let n = 0; n < 5; n += 1) {
    await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: `wait ${n}` });
  }
  const cancel = async () => {
    const [row] = await fixture.query('select limpet_edge.cancel_commands($1, $2, false, 2) as result', [
      fixture.admin,
      { session: owned.session },
    ]);
    return row?.result;
  };
  expect([await cancel(), await cancel(), await cancel(), await cancel()]).toEqual([
    { matched: 5, cancelled: 2 },
    { matched: 3, cancelled: 2 },
    { matched: 1, cancelled: 1 },
    { matched: 0, cancelled: 0 },
  ]);
});

test('what is removed is found no more', async () => {
  const owned = await fixture.adopted(incarnation);
  const id = await wrote(owned, `unique ${randomUUID()}`);
  await index();
  await fixture.query('delete from limpet.commands where id = $1', [id]);
  expect(await fixture.query('select from limpet.search_texts where command_id = $1', [id])).toEqual([]);
});

test('nothing waits beside the index for each search to read it', async () => {
  await wrote(await fixture.adopted(incarnation), `unique ${randomUUID()}`);
  await index();
  const [row] = await fixture.query(`select gin_clean_pending_list('limpet.search_texts_idx')::integer as pages`, []);
  expect(row?.pages).toBe(0);
});

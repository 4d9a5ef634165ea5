/** What is not plain is left to the calls that know it, and what is refused keeps nobody else from what comes with it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CommandRow } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { ended } from './fixture.ts';
import { type GatheringFixture, gatheringFixture, printed, state } from './gathering.ts';

let g: GatheringFixture;
beforeAll(async () => {
  g = await gatheringFixture();
});
afterAll(() => g.fixture.drop());
beforeEach(() => {
  g.called.length = 0;
});

test.each<[string, (owned: Owned) => Promise<Buffer>]>([
  ['of a key with limits', async () => limited({ queued_commands_max: 5 })],
  [
    'of a key that has not been used for a while',
    async () => {
      const key = await g.fixture.key(`rare-${randomUUID()}`, ['admin']);
      await g.fixture.query(`update limpet.api_keys set last_used_at = now() - interval '2 minutes' where hash = $1`, [
        key,
      ]);
      return key;
    },
  ],
  [
    'to a busy session',
    async (owned) => {
      await g.fixture.edge.submitCommand(g.fixture.admin, owned.session, randomUUID(), { command: 'sleep 1' });
      return g.fixture.admin;
    },
  ],
])('a g.submit %s goes alone, the others together', async (_, prepare) => {
  const all = await g.adopted(3);
  const credential = await prepare(all[1] as Owned);
  const rows = await Promise.all(
    all.map((owned, at) => g.submit(owned, { command: 'true' }, at === 1 ? credential : g.fixture.admin)),
  );
  expect(rows.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
  expect(g.called).toEqual(['submit_commands', 'submit_command']);
});

async function limited(limits: { queued_commands_max: number }) {
  const key = await g.fixture.key(`limited-${randomUUID()}`, ['admin']);
  await g.fixture.query('update limpet.api_keys set queued_commands_max = $2, last_used_at = now() where hash = $1', [
    key,
    limits.queued_commands_max,
  ]);
  return key;
}

test.each<[string, string, (owned: Owned) => Promise<unknown>]>([
  ['without a valid key', 'LP401', async () => undefined],
  ['to a closed session', 'LP409', ({ session }) => g.fixture.edge.closeSession(g.fixture.admin, session)],
  ['to a session that is not there', 'LP404', async (owned) => Object.assign(owned, { session: randomUUID() })],
])('a g.submit %s is refused, the others are done', async (what, code, prepare) => {
  const all = await g.adopted(3);
  await prepare(all[1] as Owned);
  const wrong = what === 'without a valid key' ? Buffer.alloc(32) : g.fixture.admin;
  const settled = await Promise.allSettled(
    all.map((owned, at) => g.submit(owned, { command: 'true' }, at === 1 ? wrong : g.fixture.admin)),
  );
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[1]).toMatchObject({ reason: { code } });
});

test('the beginning of interactive input is stored as input, in whatever company', async () => {
  const all = await g.adopted(3);
  const options = { command: 'cat', interactive: true, stdin: 'first' };
  const rows = await Promise.all(
    all.map((owned, at) => g.submit(owned, at === 1 ? options : { command: 'true' }, g.fixture.admin)),
  );
  expect(g.called).toEqual(['submit_commands', 'submit_command']);
  const stored =
    "select convert_from(data, 'UTF8') as text from limpet.controls where command_id = $1 and kind = 'stdin'";
  expect(await g.fixture.query(stored, [rows[1]?.id])).toEqual([{ text: 'first' }]);
});

test('somebody else’s session is nobody’s by its id, in whatever company', async () => {
  const all = await g.adopted(2);
  const stranger = await g.fixture.key(`stranger-${randomUUID()}`);
  await g.edge.whoami(stranger);
  const settled = await Promise.allSettled([
    g.submit(all[0] as Owned, { command: 'true' }),
    g.submit(all[1] as Owned, { command: 'true' }, stranger),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const mine = (settled[0] as PromiseFulfilledResult<CommandRow>).value.id;
  const reads = await Promise.allSettled([
    g.edge.readCommand(g.fixture.admin, mine),
    g.edge.readCommand(stranger, mine),
  ]);
  expect(reads.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

test('one id twice is one command', async () => {
  const all = await g.adopted(2);
  const id = randomUUID();
  const [owned, other] = all as [Owned, Owned];
  const twice = () => g.edge.submitCommand(g.fixture.admin, owned.session, id, { command: 'true' });
  const rows = await Promise.all([twice(), twice(), g.submit(other, { command: 'true' })]);
  expect(rows.map(({ id: one }) => one === id)).toEqual([true, true, false]);
  const again = await Promise.all([twice(), g.submit(other, { command: 'true' })]);
  expect(again.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('nothing is claimed by who does not own the session, or past the lease', async () => {
  const all = await g.adopted(4);
  await Promise.all(all.map((owned) => g.submit(owned, { command: 'true' })));
  const stale = { ...(all[1] as Owned), epoch: 99 };
  const settled = await Promise.allSettled([g.claim(all[0] as Owned), g.claim(stale)]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  const lapsed = await g.fixture.register();
  const late = [await g.fixture.adopted(lapsed), await g.fixture.adopted(lapsed)];
  await Promise.all(late.map((owned) => g.submit(owned, { command: 'true' })));
  await g.fixture.query('update limpet.hosts set lease_until = clock_timestamp() where incarnation = $1', [lapsed]);
  expect(await Promise.all([...late, all[2] as Owned].map(g.claim))).toEqual(['', '', expect.stringMatching(/-/)]);
});

test('a token gets its command again, and none other', async () => {
  const all = await g.adopted(2);
  await Promise.all(all.map((owned) => g.submit(owned, { command: owned.session })));
  const tokens = all.map(() => randomUUID());
  const ask = () => Promise.all(all.map((owned, at) => g.host.claimCommand(owned, tokens[at] ?? '')));
  const first = await ask();
  expect(await ask()).toEqual(first);
  expect(first.map((one) => one?.command)).toEqual(all.map(({ session }) => session));
});

test('an end that leaves a gap is refused, and those beside it are done', async () => {
  const all = await g.adopted(3);
  await Promise.all(all.map((owned) => g.submit(owned, { command: 'true' })));
  const attempts = await Promise.all(all.map(g.claim));
  const settled = await Promise.allSettled(
    all.map((owned, at) => g.finish(owned, attempts[at] ?? '', at === 1 ? [printed('late', 1, 5)] : [printed('x')])),
  );
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[1]).toMatchObject({ reason: { code: 'LP409', detail: 'output_gap' } });
});

test('an end behind which a command waits hands that back; the same end again is the same', async () => {
  const all = await g.adopted(2);
  await Promise.all(all.map((owned) => g.submit(owned, { command: 'first' })));
  await g.submit(all[0] as Owned, { command: 'second' });
  const attempts = await Promise.all(all.map(g.claim));
  const next = all.map(() => randomUUID());
  const end = () =>
    Promise.all(
      all.map((owned, at) => g.host.finishCommand(owned, attempts[at] ?? '', ended, state, next[at] ?? null, [])),
    );
  const [first, other] = await end();
  expect([first?.next?.command, other?.next]).toEqual(['second', null]);
  expect(await end()).toEqual([first, other]);
});

test('one id for two sessions is one command, and nobody is given the other’s', async () => {
  const all = (await g.adopted(3)) as [Owned, Owned, Owned];
  const id = randomUUID();
  const settled = await Promise.allSettled([
    g.edge.submitCommand(g.fixture.admin, all[0].session, id, { command: 'mine' }),
    g.edge.submitCommand(g.fixture.admin, all[1].session, id, { command: 'other' }),
    g.submit(all[2], { command: 'third' }),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(settled[0]).toMatchObject({ value: { session_id: all[0].session, command: 'mine' } });
  expect(settled[1]).toMatchObject({ reason: { detail: 'id_taken' } });
});

/** What the tables' owner can do to the record in Postgres, exported as the edge does and verified as a stranger does. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateSigner } from '../../audit/keys.ts';
import { signNote, textOfNote } from '../../audit/note.ts';
import { verdictOf } from '../audit/verifying.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { asOwner, checkpoint, runCommand, signer, verifiedNow } from './recording.ts';

type Verdicts = ReturnType<typeof verdictOf>;
type Seen = { number: number; note: string };

let fixture: SqlFixture;
/** Events 1 to 9 of this session are covered by checkpoint 1, up to 12 by checkpoint 2, and the last three by none. */
let session: string;
let seen: Seen;

beforeEach(async () => {
  fixture = await sqlFixture();
  const owned = await fixture.adopted(await fixture.register());
  session = owned.session;
  await fixture.host.recordShell(owned, 1, [], '/');
  for (const command of ['a', 'b']) await runCommand(fixture, owned, command);
  await checkpoint(fixture);
  await fixture.adopted(await fixture.register());
  await runCommand(fixture, owned, 'c');
  seen = await checkpoint(fixture);
  await runCommand(fixture, owned, 'd');
});
afterEach(() => fixture.drop());

const own = (text: string, ...values: unknown[]) => asOwner(fixture, [text, [session, ...values]]);

async function expectVerdicts(ofSession: Verdicts, ofLog: Verdicts = ofSession, with_?: Seen): Promise<void> {
  expect(verdictOf(await verifiedNow(fixture, session, with_)), 'session').toEqual(ofSession);
  expect(verdictOf(await verifiedNow(fixture, null, with_)), 'log').toEqual(ofLog);
}

/** Hashes the chain of the session anew, in Postgres, as one who can write its tables would, its head as well. */
const rehash = () =>
  own(
    `with recursive s as (select * from limpet.sessions where id = $1), chain as (
       select e.seq, limpet.genesis_hash(s.id, s.created_at) as prev, x.hash, x.payload_hash from s join limpet.events e on e.session_id = s.id and e.seq = 1,
         lateral (select sha256(e.salt || convert_to(e.payload, 'UTF8')) as payload_hash) p,
         lateral (select p.payload_hash, sha256('limpet/event/v1\\000'::bytea || limpet.prefixed(uuid_send(e.session_id)) || limpet.prefixed(int8send(e.seq))
           || limpet.prefixed(int8send(e.at_us)) || limpet.prefixed(convert_to(e.kind, 'UTF8')) || limpet.prefixed(convert_to(e.actor, 'UTF8'))
           || limpet.prefixed(p.payload_hash) || limpet.prefixed(limpet.genesis_hash(s.id, s.created_at))) as hash) x
       union all
       select e.seq, c.hash, x.hash, x.payload_hash from chain c join limpet.events e on e.session_id = $1 and e.seq = c.seq + 1,
         lateral (select sha256(e.salt || convert_to(e.payload, 'UTF8')) as payload_hash) p,
         lateral (select p.payload_hash, sha256('limpet/event/v1\\000'::bytea || limpet.prefixed(uuid_send(e.session_id)) || limpet.prefixed(int8send(e.seq))
           || limpet.prefixed(int8send(e.at_us)) || limpet.prefixed(convert_to(e.kind, 'UTF8')) || limpet.prefixed(convert_to(e.actor, 'UTF8'))
           || limpet.prefixed(p.payload_hash) || limpet.prefixed(c.hash)) as hash) x
     ), written as (
       update limpet.events e set prev = c.prev, hash = c.hash, payload_hash = c.payload_hash from chain c where e.session_id = $1 and e.seq = c.seq
     )
     update limpet.sessions set audit_seq = c.seq, audit_hash = c.hash from (select * from chain order by seq desc limit 1) c where id = $1`,
  );

test('an untouched record is whole', async () => {
  await expectVerdicts(['whole', 'whole', null]);
  await expectVerdicts(['whole', 'whole', null], ['whole', 'whole', null], seen);
});

test.for([
  ['payload', `payload || ' '`],
  ['kind', `'x'`],
  ['actor', `'key:somebody'`],
  ['at_us', 'at_us + 1'],
  ['salt', 'sha256(salt)::bytea'],
  ['payload_hash', 'sha256(payload_hash)'],
  ['hash', 'sha256(hash)'],
  ['prev', 'sha256(prev)'],
] as const)('a changed %s is found', async ([column, value]) => {
  await own(
    `update limpet.events set ${column} = ${column === 'salt' ? `substr(${value}, 1, 16)` : value} where session_id = $1 and seq = 5`,
  );
  await expectVerdicts(['broken', 'whole', 5]);
});

test('a deleted middle is found', async () => {
  await own('delete from limpet.events where session_id = $1 and seq between 4 and 6');
  await expectVerdicts(['whole', 'broken', 4]);
});

test('a cut tail is found, as far as it was covered', async () => {
  await own('delete from limpet.events where session_id = $1 and seq > 10');
  await own(
    `update limpet.sessions s set audit_seq = 10, audit_hash = e.hash from limpet.events e where s.id = $1 and e.session_id = $1 and e.seq = 10`,
  );
  await expectVerdicts(['whole', 'broken', 11]);
});

test('a tail that no checkpoint covers can be cut, and that is said', async () => {
  expect(await verifiedNow(fixture, session)).toMatchObject({ events: 15, events_covered: 12, events_not_covered: 3 });
});

test('an edit after which everything was hashed anew is found', async () => {
  await own(`update limpet.events set payload = '{}' where session_id = $1 and seq = 11`);
  await rehash();
  await expectVerdicts(['broken', 'whole', 10]);
});

test('the same, with the heads that the checkpoints covered changed as well', async () => {
  await own(`update limpet.events set payload = '{}' where session_id = $1 and seq = 11`);
  await rehash();
  for (const table of ['heads', 'checkpoint_heads'])
    await own(
      `update limpet.${table} h set hash = e.hash from limpet.events e where h.session_id = $1 and e.session_id = $1 and e.seq = h.seq`,
    );
  await expectVerdicts(['broken', 'whole', null]);
});

test('an edit that the next checkpoint has signed is found', async () => {
  await own(`update limpet.events set actor = 'x' where session_id = $1 and seq = 3`);
  await rehash();
  await checkpoint(fixture);
  await expectVerdicts(['broken', 'whole', 1]);
});

test('swapped events are found', async () => {
  await own('update limpet.events set seq = -seq where session_id = $1 and seq in (5, 6)');
  await own('update limpet.events set seq = 11 + seq where session_id = $1 and seq < 0');
  await expectVerdicts(['broken', 'whole', 5]);
});

test('a dropped session is found, and named while anything still names it', async () => {
  await own('delete from limpet.events where session_id = $1');
  expect(verdictOf(await verifiedNow(fixture, null))).toEqual(['whole', 'broken', 1]);
  await fixture.query('delete from limpet.commands where session_id = $1', [session]);
  await fixture.query('delete from limpet.sessions where id = $1', [session]);
  for (const table of ['heads', 'checkpoint_heads'])
    await fixture.query(`delete from limpet.${table} where session_id = $1`, [session]);
  expect(verdictOf(await verifiedNow(fixture, null))).toEqual(['whole', 'broken', null]);
});

test('a forged checkpoint is found', async () => {
  const forged = (note: string) => fixture.query('update limpet.checkpoints set note = $1 where number = 2', [note]);
  await forged(seen.note.replace(/^events \d+$/m, 'events 3'));
  await expectVerdicts(['broken', 'whole', null]);
  await forged(signNote(textOfNote(seen.note), generateSigner(signer.verifier.name)));
  await expectVerdicts(['unknown', 'whole', null]);
});

test('a record that was rolled back is found by who has seen a later checkpoint', async () => {
  await own('delete from limpet.events where session_id = $1 and seq > 9');
  await own(
    'update limpet.sessions s set audit_seq = h.seq, audit_hash = h.hash from limpet.checkpoint_heads h where s.id = $1 and h.session_id = $1 and h.number = 1',
  );
  await fixture.query('delete from limpet.checkpoints where number = 2', []);
  await fixture.query('delete from limpet.checkpoint_heads where number = 2', []);
  expect(verdictOf(await verifiedNow(fixture, session, seen))).toEqual(['whole', 'broken', null]);
  expect((await verifiedNow(fixture, session)).verdict, 'to nobody else').toBe('whole');
});

test('a digest that the record attests is that of the output', async () => {
  const [event] = await fixture.query(
    `select payload from limpet.events where session_id = $1 and kind = 'command.submitted' order by seq limit 1`,
    [session],
  );
  expect(JSON.parse(String(event?.payload))).toMatchObject({
    command_sha256: createHash('sha256').update('a').digest('hex'),
  });
});

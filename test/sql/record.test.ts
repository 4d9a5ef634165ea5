import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';
import { hashOf, int64, sha256, uuid } from './hashing.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

interface Event {
  session_id: string;
  seq: string;
  at_us: string;
  kind: string;
  actor: string;
  salt: Buffer;
  payload: string;
  payload_hash: Buffer;
  prev: Buffer;
  hash: Buffer;
}

function eventHash(event: Event): Buffer {
  const fields = [
    uuid(event.session_id),
    int64(event.seq),
    int64(event.at_us),
    Buffer.from(event.kind),
    Buffer.from(event.actor),
    event.payload_hash,
    event.prev,
  ];
  return hashOf('limpet/event/v1', fields);
}

describe('the hash chain', () => {
  test('of a session can be computed again from its genesis, outside the database', async () => {
    const incarnation = await fixture.register();
    const owned = await fixture.adopted(incarnation);
    await fixture.host.recordShell(owned, 1, [], '/tmp');
    await fixture.edge.submitCommand(fixture.admin, owned.session, crypto.randomUUID(), { command: 'é "quoted"\n' });
    const attempt = crypto.randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.finishCommand(owned, attempt, ended, Buffer.from('state'), null, []);
    await fixture.edge.closeSession(fixture.admin, owned.session);
    const events = (await fixture.query('select * from limpet.events where session_id = $1 order by seq', [
      owned.session,
    ])) as unknown as Event[];
    const [session] = (await fixture.query(
      'select (extract(epoch from created_at) * 1000000)::bigint as at_us, audit_seq, audit_hash from limpet.sessions where id = $1',
      [owned.session],
    )) as { at_us: string; audit_seq: string; audit_hash: Buffer }[];

    expect(events.map((event) => event.kind)).toEqual([
      'session.opened',
      'session.adopted',
      'shell.opened',
      'command.submitted',
      'command.started',
      'command.finished',
      'session.closed',
    ]);
    let prev: Buffer = hashOf('limpet/genesis/v1', [uuid(owned.session), int64(session?.at_us ?? '0')]);
    for (const event of events) {
      expect(event.prev).toEqual(prev);
      expect(event.payload_hash).toEqual(sha256(event.salt, Buffer.from(event.payload)));
      expect(event.hash).toEqual(eventHash(event));
      prev = event.hash;
    }
    expect(session).toMatchObject({ audit_seq: String(events.length), audit_hash: prev });
  });

  test('payloads are in the form of RFC 8785', async () => {
    const value = { b: 1, a: 'é\u0001\n"\\/\u007f', A: true, z: null, aa: 9007199254740991 };
    const [row] = await fixture.query('select limpet.canonical_json($1) as text', [JSON.stringify(value)]);
    const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(row?.text).toBe(JSON.stringify(sorted));
  });

  test('key events are in the chain of the system', async () => {
    await fixture.key('someone');
    const [row] = await fixture.query(
      `select count(*)::integer as made from limpet.events where session_id = '00000000-0000-0000-0000-000000000000' and kind = 'key.made'`,
      [],
    );
    expect(row?.made).toBeGreaterThan(1);
  });
});

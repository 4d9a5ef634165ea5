/** The auditor is audited: who reads what somebody else recorded is in the record itself. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readingsChain, systemChain } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint, exported, runCommand, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
let owned: Owned;
let command: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  owned = await fixture.adopted(await fixture.register());
  await runCommand(fixture, owned);
  command = String((await fixture.edge.listSessionCommands(fixture.admin, owned.session, { limit: 1 })).items[0]?.id);
});
afterAll(() => fixture.drop());

/** Another admin's key, and what it has read of the session so far. */
async function reader() {
  const credential = await fixture.key(randomUUID(), ['admin']);
  const { key_id } = await fixture.edge.whoami(credential);
  const readings = () =>
    fixture.query('select session_id, kind from limpet.readings where key_id = $1 order by kind', [key_id]);
  return { credential, actor: `key:${key_id}`, readings };
}

const viewed = () => ({ session_id: owned.session, kind: 'record.viewed' });

describe('a reading is noted', () => {
  const views: [string, (credential: Buffer) => Promise<unknown>][] = [
    ['a command', (credential) => fixture.edge.readCommand(credential, command)],
    ['its progress', (credential) => fixture.edge.readProgress(credential, command)],
    ['its output', (credential) => fixture.edge.readOutput(credential, command, 'stdout', 0, 10)],
    ['how far its output reaches', (credential) => fixture.edge.readOutputExtent(credential, command, 'stdout')],
    [
      "a session's commands",
      (credential) => fixture.edge.listSessionCommands(credential, owned.session, { limit: 10 }),
    ],
    ['commands across sessions', (credential) => fixture.edge.listCommands(credential, {}, 10)],
    ['late output', (credential) => fixture.edge.listLateOutput(credential, owned.session, { limit: 10, bytes: 1 })],
    ["a session's events", (credential) => fixture.edge.listEvents(credential, { session: owned.session }, 10)],
  ];
  test.for(views)('of %s, once an hour', async ([, view]) => {
    const { credential, readings } = await reader();
    for (const _again of [1, 2]) await view(credential);
    expect(await readings()).toEqual([viewed()]);
  });

  test('not of what one submitted oneself, however often one looks', async () => {
    for (const [, view] of views) await view(fixture.admin);
    const { key_id } = await fixture.edge.whoami(fixture.admin);
    expect(
      await fixture.query('select from limpet.readings where key_id = $1 and session_id = $2', [key_id, owned.session]),
    ).toEqual([]);
  });

  test('again in another hour', async () => {
    const { credential, readings } = await reader();
    await fixture.edge.readCommand(credential, command);
    await fixture.query(`update limpet.readings set hour = hour - interval '1 hour'`, []);
    await fixture.edge.readCommand(credential, command);
    expect(await readings()).toHaveLength(2);
  });

  test('of an export, even of one’s own, and of the whole record', async () => {
    const { credential, readings } = await reader();
    await exported(fixture, owned.session, credential);
    await exported(fixture, null, credential);
    await fixture.edge.listEvents(credential, {}, 1);
    await exported(fixture, owned.session);
    expect(await readings()).toEqual([
      { session_id: owned.session, kind: 'record.exported' },
      { session_id: systemChain, kind: 'record.exported' },
      { session_id: systemChain, kind: 'record.viewed' },
    ]);
    const { key_id } = await fixture.edge.whoami(fixture.admin);
    const own = `select from limpet.readings where key_id = $1 and session_id = $2 and kind = 'record.exported'`;
    expect(await fixture.query(own, [key_id, owned.session])).toHaveLength(1);
  });
});

describe('the chain of readings', () => {
  test('has each reading once, appended by the sweep of any host, and moves no other row', async () => {
    const { credential, actor } = await reader();
    const heads = () =>
      fixture.query(
        'select id, audit_seq from limpet.sessions union all select null, audit_seq from limpet.audit_system order by 1',
        [],
      );
    const before = await heads();
    await fixture.edge.readCommand(credential, command);
    await Promise.all([fixture.host.sweep(200), fixture.host.sweep(200), fixture.host.sweep(200)]);
    const events = await fixture.query(
      'select kind, payload::json from limpet.events where session_id = $1 and actor = $2',
      [readingsChain, actor],
    );
    expect(events).toMatchObject([{ kind: 'record.viewed', payload: { session_id: owned.session } }]);
    expect(await heads()).toEqual(before);
  });

  test('is covered by checkpoints, and verified like any other', async () => {
    const { credential } = await reader();
    await fixture.edge.readCommand(credential, command);
    await checkpoint(fixture);
    for (const chain of ['readings', 'system', null])
      expect(await verifiedNow(fixture, chain)).toMatchObject({ verdict: 'whole' });
    // The export before was the last that nobody had signed.
    expect(await verifiedNow(fixture, 'readings')).toMatchObject({ verdict: 'whole' });
  });

  test('tells an owner who read its sessions, and nobody else’s', async () => {
    const alice = await fixture.key('alice', ['execute']);
    const session = randomUUID();
    await fixture.edge.createSession(alice, session, {});
    const id = randomUUID();
    await fixture.edge.submitCommand(alice, session, id, { command: 'true' });
    const { credential, actor } = await reader();
    await fixture.edge.readCommand(credential, id);
    for (const filter of [{}, { session }, { kind: 'record.viewed' }, { actor }]) {
      const { items } = await fixture.edge.listEvents(alice, filter, 100);
      const readings = items.filter(({ session_id }) => session_id === readingsChain);
      expect(readings.map(({ actor: by, payload }) => [by, payload?.session_id])).toEqual([[actor, session]]);
      expect(items.every(({ session_id }) => [session, readingsChain].includes(session_id))).toBe(true);
    }
  });
});

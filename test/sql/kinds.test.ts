/** What is an event of the record: everything that changes something, and who did it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemChain } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint, runCommand, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(100);
});
afterAll(() => fixture.drop());

const command = { command: 'cat', interactive: true };

/** Submits a command and starts it. */
async function started(owned: Owned): Promise<{ id: string; attempt: string }> {
  const [id, attempt] = [randomUUID(), randomUUID()];
  await fixture.edge.submitCommand(fixture.admin, owned.session, id, command);
  await fixture.host.claimCommand(owned, attempt);
  return { id, attempt };
}

type Case = [kind: string, cause: (owned: Owned) => Promise<unknown>, payload: object];
const cases: Case[] = [
  ['session.opened', async () => {}, { ephemeral: false }],
  ['session.adopted', async () => {}, { epoch: 1 }],
  ['session.closed', (owned) => fixture.edge.closeSession(fixture.admin, owned.session), {}],
  [
    'session.closed',
    async () => {
      const [session, attempt] = [randomUUID(), randomUUID()];
      await fixture.edge.execute(fixture.admin, session, randomUUID(), { command: 'true' });
      const adopted = await fixture.host.adoptSession(incarnation, session);
      const owned = { incarnation, session, epoch: adopted && 'epoch' in adopted ? adopted.epoch : 0 };
      await fixture.host.claimCommand(owned, attempt);
      await fixture.host.finishCommand(owned, attempt, ended, null, null, []);
      return session;
    },
    {},
  ],
  ['session.detached', (owned) => fixture.host.detachSession(owned, 'idle'), { epoch: 1 }],
  [
    'session.lost',
    async () => {
      const dead = await fixture.register();
      const owned = await fixture.adopted(dead);
      for (const session of await fixture.host.confirmDeath(dead)) await fixture.host.burySession(session);
      return owned.session;
    },
    { epoch: 1 },
  ],
  [
    'session.forked',
    async (owned) => {
      const fork = randomUUID();
      await fixture.edge.forkSession(fixture.admin, owned.session, fork, {});
    },
    { after: 0 },
  ],
  ['shell.opened', (owned) => fixture.host.recordShell(owned, 1, [], '/'), { generation: 1 }],
  [
    'command.submitted',
    async (owned) => {
      const options = { command: 'a', env: { B: '1' }, cwd: '/c', stdin: 'd', timeout_ms: 5 };
      await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), options);
    },
    {
      seq: 1,
      cwd: '/c',
      stdin_bytes: 1,
      timeout_ms: 5,
      stdin_sha256: expect.any(String),
      environment_sha256: expect.any(String),
    },
  ],
  ['command.started', (owned) => started(owned), { seq: 1 }],
  [
    'command.finished',
    (owned) => runCommand(fixture, owned),
    {
      exit_code: 0,
      stdout_bytes: 0,
      stderr_bytes: 0,
      stdout_sha256: '00',
      stderr_sha256: '00',
      state_sha256: expect.any(String),
    },
  ],
  [
    'command.lost',
    async (owned) => void (await fixture.host.releaseClaim(owned, (await started(owned)).attempt, 'x')),
    { seq: 1 },
  ],
  [
    'command.cancelled',
    async (owned) => {
      const id = randomUUID();
      await fixture.edge.submitCommand(fixture.admin, owned.session, id, command);
      await fixture.edge.cancelCommand(fixture.admin, id);
    },
    { seq: 1 },
  ],
  [
    'command.cancel_requested',
    async (owned) => void (await fixture.edge.cancelCommand(fixture.admin, (await started(owned)).id)),
    {},
  ],
  [
    'input.written',
    async (owned) => {
      const { id } = await started(owned);
      await fixture.edge.writeStdin(fixture.admin, id, Buffer.from('x'), undefined, true);
    },
    { bytes: 1, offset: 0, last: true, sha256: expect.any(String) },
  ],
  [
    'signal.sent',
    async (owned) => void (await fixture.edge.signalCommand(fixture.admin, (await started(owned)).id, 'USR1')),
    { signal: 'USR1' },
  ],
  [
    'signal.sent',
    async (owned) => {
      await started(owned);
      await fixture.edge.interruptSession(fixture.admin, owned.session);
    },
    { signal: 'INT' },
  ],
  [
    'key.made',
    async () => {
      await fixture.key('kinds', ['read']);
      return systemChain;
    },
    { owner: 'kinds', scopes: 'read' },
  ],
  [
    'key.revoked',
    async () => {
      const { key_id } = await fixture.edge.whoami(await fixture.key('kinds'));
      await fixture.edge.revokeKey(fixture.admin, key_id);
      return systemChain;
    },
    { key_id: expect.any(String) },
  ],
  [
    'key.changed',
    async () => {
      const { key_id } = await fixture.edge.whoami(await fixture.key('kinds'));
      await fixture.edge.changeKey(fixture.admin, key_id, {
        limits: { open_sessions_max: 2, executables_denied: ['rm'] },
      });
      return systemChain;
    },
    { limits: '{"deny": ["rm"], "open_sessions": 2}' },
  ],
  [
    'key.rotated',
    async () => {
      const { key_id } = await fixture.edge.whoami(await fixture.key('kinds'));
      await fixture.edge.rotateKey(fixture.admin, key_id, Buffer.alloc(32, 9), 1_000);
      return systemChain;
    },
    { key_id: expect.any(String), previous_until: expect.any(String) },
  ],
  [
    'login',
    async () => {
      await fixture.edge.createLogin(fixture.admin, Buffer.alloc(32, 7));
      return systemChain;
    },
    { by: 'key' },
  ],
];

test.for(cases)('%s', async ([kind, cause, payload]) => {
  const owned = await fixture.adopted(incarnation);
  const made = await cause(owned);
  const session = typeof made === 'string' && made !== '' ? made : owned.session;
  const events = await fixture.query(
    'select kind, actor, payload::json from limpet.events where session_id = $1 and kind = $2 order by seq desc limit 1',
    [session, kind],
  );
  expect(events).toMatchObject([{ kind, payload, actor: expect.stringMatching(/^(key:|host:|system$)/) }]);
});

test('all of them are verified, and their payloads are in the form of RFC 8785', async () => {
  const payloads = await fixture.query('select payload from limpet.events', []);
  for (const { payload } of payloads) {
    const value = JSON.parse(String(payload)) as Record<string, unknown>;
    const sorted = Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(JSON.stringify(sorted)).toBe(payload);
    for (const inner of Object.values(value)) expect(typeof inner === 'object' && inner !== null).toBe(false);
  }
  await checkpoint(fixture);
  // What nobody has signed yet is this very export.
  expect(await verifiedNow(fixture, null)).toMatchObject({ verdict: 'whole', events_not_covered: 1 });
  const [fork] = await fixture.query('select id from limpet.sessions where forked_from is not null', []);
  expect(await verifiedNow(fixture, String(fork?.id))).toMatchObject({ verdict: 'whole' });
});

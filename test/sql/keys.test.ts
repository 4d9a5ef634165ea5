/** What a key may use: quotas on both sides, rotation, and what it may run. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyLimits } from '../../sql/edge.ts';
import type { Owned } from '../../sql/host.ts';
import { credentialOf, ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(100);
});
afterAll(() => fixture.drop());

type Refusal = { code: string; detail: string; column: string };

async function limited(limits: KeyLimits): Promise<{ id: string; credential: Buffer }> {
  const [id, credential] = [randomUUID(), credentialOf(randomUUID())];
  await fixture.edge.createKey(fixture.admin, id, credential, { name: 'limited', scopes: ['execute'], limits });
  return { id, credential };
}

async function opened(credential: Buffer): Promise<string> {
  const session = randomUUID();
  await fixture.edge.createSession(credential, session, {});
  return session;
}

const submit = (credential: Buffer, session: string, options: object = {}) =>
  fixture.edge.submitCommand(credential, session, randomUUID(), { command: 'true', ...options });
const refusedWith = (code: string, detail: string) => ({ code, detail }) as Partial<Refusal>;

async function adopted(session: string): Promise<Owned> {
  const taken = await fixture.host.adoptSession(incarnation, session);
  if (taken === null || 'refused' in taken) throw new Error('the session was not adopted');
  return { incarnation, session, epoch: taken.epoch };
}

describe('quotas', () => {
  test('open sessions: as many as it may, at the same moment too; a closed one makes room', async () => {
    const { credential } = await limited({ open_sessions_max: 3 });
    const opening = await Promise.allSettled(Array.from({ length: 12 }, () => opened(credential)));
    const sessions = opening.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(sessions).toHaveLength(3);
    await expect(opened(credential)).rejects.toMatchObject(refusedWith('LP429', 'too_many_sessions'));
    await fixture.edge.closeSession(credential, sessions[0] ?? '');
    await opened(credential);
  });

  test('queued commands: over all sessions, at the same moment too; what runs or was cancelled waits no more', async () => {
    const { credential } = await limited({ queued_commands_max: 4 });
    const sessions = await Promise.all([1, 2, 3].map(() => opened(credential)));
    const sent = await Promise.allSettled(
      Array.from({ length: 12 }, (_, at) => submit(credential, sessions[at % 3] ?? '')),
    );
    const commands = sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(commands).toHaveLength(4);
    const again = () => submit(credential, sessions[0] ?? '');
    await expect(again()).rejects.toMatchObject(refusedWith('LP429', 'too_many_queued'));
    await fixture.edge.cancelCommand(credential, commands[0]?.id ?? '');
    const [running] = [await again()];
    const owned = await adopted(commands[1]?.session_id ?? running.session_id);
    await fixture.host.claimCommand(owned, randomUUID());
    await again();
  });

  test('commands a minute: a burst of that many, then one at a time, and the refusal says when', async () => {
    const { id, credential } = await limited({ commands_per_minute_max: 7 });
    const session = await opened(credential);
    const sent = await Promise.allSettled(Array.from({ length: 20 }, () => submit(credential, session)));
    expect(sent.filter((one) => one.status === 'fulfilled')).toHaveLength(7);
    const refusal = (await submit(credential, session).catch((error: unknown) => error)) as Refusal;
    expect(refusal).toMatchObject(refusedWith('LP429', 'too_many_commands'));
    expect(Number(refusal.column)).toBeGreaterThan(0);
    expect(Number(refusal.column)).toBeLessThanOrEqual(9);
    // As if that long had passed.
    await fixture.query(
      `update limpet.key_use set paced_until = paced_until - interval '1 second' * $2 where key_id = $1`,
      [id, Number(refusal.column)],
    );
    await submit(credential, session);
    await expect(submit(credential, session)).rejects.toMatchObject(refusedWith('LP429', 'too_many_commands'));
  });

  test('a repeated call is not counted twice', async () => {
    const { credential } = await limited({ commands_per_minute_max: 1 });
    const session = await opened(credential);
    const id = randomUUID();
    for (const _again of [1, 2, 3]) await fixture.edge.submitCommand(credential, session, id, { command: 'true' });
    await expect(submit(credential, session)).rejects.toMatchObject(refusedWith('LP429', 'too_many_commands'));
  });

  test('output a day: a command gets what is left, the next one is refused until the day is over', async () => {
    const { id, credential } = await limited({ output_bytes_per_day_max: 10 });
    const owned = await adopted(await opened(credential));
    const write = async (bytes: number) => {
      await submit(credential, owned.session);
      const attempt = randomUUID();
      const claimed = await fixture.host.claimCommand(owned, attempt);
      const rest = [{ stream: 1 as const, offset: 0, skip: 0, bytes: Buffer.alloc(bytes, 120) }];
      await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: bytes }, null, null, rest);
      return claimed?.max_output;
    };
    expect(await write(4)).toBe(10);
    expect(await write(6)).toBe(6);
    const refusal = (await submit(credential, owned.session).catch((error: unknown) => error)) as Refusal;
    expect(refusal).toMatchObject(refusedWith('LP429', 'output_spent'));
    expect(Number(refusal.column)).toBeLessThanOrEqual(86_400);
    await fixture.query('update limpet.key_use set day = day - 1 where key_id = $1', [id]);
    expect(await write(1)).toBe(10);
  });

  test('output of a lost command and of background jobs counts as well', async () => {
    const { id, credential } = await limited({ output_bytes_per_day_max: 100 });
    const owned = await adopted(await opened(credential));
    const { id: command } = await submit(credential, owned.session);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.appendOutput(incarnation, [
      { attempt, stream: 1, offset: 0, skip: 0, bytes: Buffer.from('12345') },
    ]);
    await fixture.host.releaseClaim(owned, attempt, 'gone');
    await fixture.host.appendLateOutput(owned, { command, stream: 1, offset: 0, data: Buffer.from('678'), dropped: 0 });
    const [use] = await fixture.query('select output_bytes from limpet.key_use where key_id = $1', [id]);
    expect(Number(use?.output_bytes)).toBe(8);
  });

  test('a key without quotas leaves no row that its calls would wait for', async () => {
    const { id, credential } = await limited({});
    await submit(credential, await opened(credential));
    expect(await fixture.query('select from limpet.key_use where key_id = $1', [id])).toEqual([]);
  });

  test('a changed quota holds from the next call on; null takes it away', async () => {
    const { id, credential } = await limited({ open_sessions_max: 1, timeout_ms_max: 1_000 });
    await opened(credential);
    const changed = await fixture.edge.changeKey(fixture.admin, id, {
      name: 'wider',
      limits: { open_sessions_max: 2 },
    });
    expect(changed).toMatchObject({ name: 'wider', quotas: { open_sessions: 2 }, timeout_max_ms: 1_000 });
    await opened(credential);
    await expect(opened(credential)).rejects.toMatchObject(refusedWith('LP429', 'too_many_sessions'));
    await fixture.edge.changeKey(fixture.admin, id, { limits: { open_sessions_max: null } });
    await opened(credential);
  });
});

test('the longest time of a command is what it gets without one; a longer one is refused', async () => {
  const { credential } = await limited({ timeout_ms_max: 5_000 });
  const owned = await adopted(await opened(credential));
  await submit(credential, owned.session);
  await submit(credential, owned.session, { timeout_ms: 5_000 });
  await expect(submit(credential, owned.session, { timeout_ms: 5_001 })).rejects.toMatchObject(
    refusedWith('LP403', 'not_allowed'),
  );
  expect(await fixture.host.claimCommand(owned, randomUUID())).toMatchObject({ timeout_ms: 5_000 });
});

test('a replay of a key that has used up its quota stops and says why; the command before it has ended all the same', async () => {
  const { id, credential } = await limited({ commands_per_minute_max: 3, timeout_ms_max: 1_000 });
  const owned = await adopted(await opened(credential));
  for (const _each of [1, 2]) {
    await submit(credential, owned.session);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.finishCommand(owned, attempt, ended, null, null, []);
  }
  const [replay, session] = [randomUUID(), randomUUID()];
  await fixture.edge.replaySession(credential, owned.session, { id: replay, session_id: session }, {});
  const again = await adopted(session);
  const attempt = randomUUID();
  expect(await fixture.host.claimCommand(again, attempt)).toMatchObject({ timeout_ms: 1_000 });
  await fixture.host.finishCommand(again, attempt, ended, null, null, []);
  expect(await fixture.edge.readReplay(credential, replay)).toMatchObject({
    state: 'stopped',
    reason: expect.stringContaining('a minute'),
  });
  await fixture.query(`update limpet.key_use set paced_until = '-infinity' where key_id = $1`, [id]);
});

describe('rotation', () => {
  test('the old secret is taken until its grace is over, the new one at once, the one before the old no more', async () => {
    const { id, credential } = await limited({});
    const [second, third] = [credentialOf(randomUUID()), credentialOf(randomUUID())];
    const { previous_until } = await fixture.edge.rotateKey(fixture.admin, id, second, 60_000);
    expect(Date.parse(previous_until ?? '')).toBeGreaterThan(Date.now() + 30_000);
    for (const secret of [credential, second]) expect((await fixture.edge.whoami(secret)).key_id).toBe(id);
    await fixture.edge.rotateKey(fixture.admin, id, third, 60_000);
    await expect(fixture.edge.whoami(credential)).rejects.toMatchObject(refusedWith('LP401', 'unauthorized'));
    for (const secret of [second, third]) expect((await fixture.edge.whoami(secret)).key_id).toBe(id);
    await fixture.query(`update limpet.api_keys set previous_until = clock_timestamp() where id = $1`, [id]);
    await expect(fixture.edge.whoami(second)).rejects.toMatchObject(refusedWith('LP401', 'unauthorized'));
    expect((await fixture.edge.whoami(third)).key_id).toBe(id);
  });

  test('without grace the old secret, and who logged in with it, are out at once; a repeated call changes nothing', async () => {
    const { id, credential } = await limited({});
    const [cookie, fresh] = [credentialOf(randomUUID()), credentialOf(randomUUID())];
    await fixture.edge.createLogin(credential, cookie);
    for (const _again of [1, 2]) await fixture.edge.rotateKey(fixture.admin, id, fresh, 0);
    for (const secret of [credential, cookie]) {
      await expect(fixture.edge.whoami(secret)).rejects.toMatchObject(refusedWith('LP401', 'unauthorized'));
    }
    expect((await fixture.edge.whoami(fresh)).key_id).toBe(id);
  });

  test('a revoked key, and one that has expired, has no grace', async () => {
    const { id, credential } = await limited({});
    const fresh = credentialOf(randomUUID());
    await fixture.edge.rotateKey(fixture.admin, id, fresh, 60_000);
    await fixture.edge.changeKey(fixture.admin, id, { expires_at: '2020-01-01T00:00:00Z' });
    for (const secret of [credential, fresh])
      await expect(fixture.edge.whoami(secret)).rejects.toMatchObject({ code: 'LP401' });
    await fixture.edge.changeKey(fixture.admin, id, { expires_at: null });
    expect((await fixture.edge.whoami(credential)).key_id).toBe(id);
    await fixture.edge.revokeKey(fixture.admin, id);
    for (const secret of [credential, fresh])
      await expect(fixture.edge.whoami(secret)).rejects.toMatchObject({ code: 'LP401' });
    await expect(fixture.edge.rotateKey(fixture.admin, id, credential, 0)).rejects.toMatchObject({ code: 'LP404' });
  });
});

test('the last use of a key is written once a minute, however often it is used', async () => {
  const { id, credential } = await limited({});
  const version = async () =>
    (await fixture.query('select xmin::text, last_used_at from limpet.api_keys where id = $1', [id]))[0];
  await fixture.edge.whoami(credential);
  const before = await version();
  expect(before?.last_used_at).not.toBeNull();
  for (let at = 0; at < 20; at += 1) await fixture.edge.whoami(credential);
  expect(await version()).toEqual(before);
});

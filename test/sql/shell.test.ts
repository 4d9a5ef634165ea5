/** A key's own shell (POST /lock): one at most, and every call may be repeated. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const refusedAs = (detail: string) => ({ detail });

test('locking again with the same id is the same call, with another it is refused', async () => {
  const key = await fixture.key('repeats');
  const id = randomUUID();
  for (const _again of [1, 2]) await fixture.edge.lockShell(key, id);
  await expect(fixture.edge.lockShell(key, randomUUID())).rejects.toMatchObject(refusedAs('already_locked'));
  expect(await fixture.edge.readShell(key)).toEqual({
    session_id: id,
    state: 'locked',
    taken: false,
    opened: false,
    last_command_id: null,
  });
});

test('of many locks at once one is granted, whatever they find', async () => {
  const key = await fixture.key('races');
  const locks = Array.from({ length: 8 }, () => fixture.edge.lockShell(key, randomUUID()));
  const outcomes = await Promise.allSettled(locks);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(7);
  for (const { reason } of refused) expect(reason).toMatchObject(refusedAs('already_locked'));
});

test('a repeated command is the same one, another is refused while it is under way', async () => {
  const key = await fixture.key('executes');
  await fixture.edge.lockShell(key, randomUUID());
  const id = randomUUID();
  const first = await fixture.edge.runInShell(key, id, 'echo {}');
  expect(first).toMatchObject({ id, seq: 1, command: 'echo {}', state: 'queued' });
  expect(await fixture.edge.runInShell(key, id, 'echo {}')).toMatchObject({ id, seq: 1 });
  await expect(fixture.edge.runInShell(key, randomUUID(), 'x')).rejects.toMatchObject(refusedAs('session_busy'));
  expect(await fixture.edge.readShell(key)).toMatchObject({ state: 'executing', last_command_id: null });
});

test('an interrupt keeps what has not started from ever starting', async () => {
  const key = await fixture.key('interrupts');
  await fixture.edge.lockShell(key, randomUUID());
  const { id } = await fixture.edge.runInShell(key, randomUUID(), 'true');
  for (const _again of [1, 2]) await fixture.edge.interruptShell(key);
  expect(await fixture.edge.readCommand(key, id)).toMatchObject({ state: 'cancelled' });
  expect(await fixture.edge.readShell(key)).toMatchObject({ state: 'locked', last_command_id: id });
});

test('a shell that could not be started is so until one is', async () => {
  const key = await fixture.key('fails');
  const session = randomUUID();
  await fixture.edge.lockShell(key, session);
  const incarnation = await fixture.register();
  const adopted = await fixture.host.adoptSession(incarnation, session);
  expect(adopted).toMatchObject({ locked_by: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const owned = { incarnation, session, epoch: 1 };
  for (const _again of [1, 2]) await fixture.host.recordShellProblem(owned, 'No bash.');
  expect(await fixture.edge.readShell(key)).toMatchObject({ state: 'unrecoverable', taken: true, opened: false });
  expect(await fixture.edge.readSession(key, session)).toMatchObject({ problems: ['No bash.'] });
  await expect(fixture.edge.runInShell(key, randomUUID(), 'x')).rejects.toMatchObject(refusedAs('unrecoverable'));
  await fixture.host.recordShell(owned, 1, [], '/');
  expect(await fixture.edge.readShell(key)).toMatchObject({ state: 'locked', opened: true });
});

test('nobody makes a session a key’s shell but lock', async () => {
  const key = await fixture.key('pretends');
  await fixture.edge.createSession(key, randomUUID(), { shelld: true } as object);
  await expect(fixture.edge.readShell(key)).rejects.toMatchObject(refusedAs('not_locked'));
});

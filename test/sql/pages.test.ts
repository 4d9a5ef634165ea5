/** What only the pages ask for: last commands, history, activity, and the shield. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let owned: Owned;
beforeAll(async () => {
  fixture = await sqlFixture();
  owned = await fixture.adopted(await fixture.register(1000));
  for (const command of ['git status', 'git push', 'git status', 'make 50%']) await ran(command);
});
afterAll(() => fixture.drop());

async function ran(command: string): Promise<void> {
  const attempt = randomUUID();
  await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command });
  await fixture.host.claimCommand(owned, attempt);
  await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 0 }, null, null, []);
}

test('the last command of each session is told, and of a stranger’s none', async () => {
  const [last] = await fixture.edge.listLastCommands(fixture.admin, [owned.session, randomUUID()]);
  expect(last).toMatchObject({ session_id: owned.session, seq: 4, command: 'make 50%', state: 'exited', exit_code: 0 });
  expect(await fixture.edge.listLastCommands(await fixture.key('a stranger'), [owned.session])).toEqual([]);
});

test.each([
  [{}, ['make 50%', 'git status', 'git push']],
  [{ q: 'GIT' }, ['git status', 'git push']],
  [{ prefix: 'git p' }, ['git push']],
  [{ q: '%' }, ['make 50%']],
  [{ q: 'nothing like it' }, []],
])('the history for %j is newest first, each text once', async (find, texts) => {
  expect(await fixture.edge.listHistory(fixture.admin, owned.session, find)).toEqual(texts);
});

test('activity has a pair for each minute, the last one for now', async () => {
  const activity = await fixture.edge.readActivity(fixture.admin, 60);
  expect(activity).toHaveLength(60);
  expect(activity.reduce((sum, [count]) => sum + count, 0)).toBe(4);
  expect(await fixture.edge.readActivity(await fixture.key('another stranger'), 2)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

const shield = () => fixture.edge.checkChain(fixture.admin, owned.session);
/** Does what only the tables' owner could. */
async function asTamperer(statement: string, then: () => Promise<void>): Promise<void> {
  await fixture.query('begin', []);
  try {
    await fixture.query('alter table limpet.events disable trigger user', []);
    await fixture.query(statement, []);
    await then();
  } finally {
    await fixture.query('rollback', []);
  }
}

test('a chain that nobody touched is whole; without a checkpoint nothing of it is covered', async () => {
  expect(await shield()).toMatchObject({ broken_at: null, covered: 0, checkpoint: null, checked_from: 1, removed: 0 });
  expect(await fixture.edge.checkChain(fixture.admin, 'system')).toMatchObject({ broken_at: null, checked_from: 1 });
});

test.each([
  ['an altered payload', `update limpet.events set payload = '{}' where seq = 3 and session_id = $`, 3],
  ['an altered kind', `update limpet.events set kind = 'x' where seq = 5 and session_id = $`, 5],
  ['a missing event', `delete from limpet.events where seq = 4 and session_id = $`, 5],
  ['a cut tail', `delete from limpet.events where seq >= 6 and session_id = $`, 6],
])('%s is told', async (_name, statement, seq) => {
  await asTamperer(statement.replace('$', `'${owned.session}'`), async () => {
    expect(await shield()).toMatchObject({ broken_at: seq });
  });
  expect(await shield()).toMatchObject({ broken_at: null });
});

test('a stranger is not told of a chain', async () => {
  const other = await fixture.key('one more stranger');
  await expect(fixture.edge.checkChain(other, owned.session)).rejects.toMatchObject({ code: 'LP404' });
});

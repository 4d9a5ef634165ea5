import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { limits } from '../../sql/contract.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const inContract: Record<string, number> = {
  queued_max: limits.queuedMax,
  open_sessions_max: limits.openSessionsMax,
  max_output_bytes: limits.maxOutputBytes,
  late_output_bytes_max: limits.lateOutputBytesMax,
  idle_timeout_ms: limits.idleTimeoutMs,
  queued_ms_max: limits.queuedMsMax,
  stdin_bytes_max: limits.stdinBytesMax,
  keys_waiting_bytes_max: limits.keysWaitingBytesMax,
  view_bytes: limits.viewBytes,
  list_view_bytes: limits.listViewBytes,
  keep_ms: limits.keepMs,
  search_bytes: limits.searchBytes,
  search_ms: limits.searchMs,
  replay_items_max: limits.replayItemsMax,
  replay_timeout_ms_min: limits.replayTimeoutMsMin,
  timeout_ms_max: limits.timeoutMsMax,
  judged_bytes_max: limits.judgedBytesMax,
  lease_ms: limits.leaseMs,
  fence_after_ms: limits.fenceAfterMs,
  hint_ms: limits.hintMs,
  login_link_ms: limits.loginLinkMs,
  login_ms: limits.loginMs,
};

test('the limits that the database enforces are those of the contract', async () => {
  const rows = (await fixture.query(
    `select replace(name, 'limit.', '') as name, value::bigint::float8 as value from limpet.settings where name like 'limit.%'`,
    [],
  )) as { name: string; value: number }[];
  expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual(inContract);
});

test.each([
  { limit: 'queued_max', code: 'too_many_queued' },
  { limit: 'open_sessions_max', code: 'too_many_sessions' },
])('$limit allows as many as it says and refuses one more', async ({ limit, code }) => {
  const [before] = await fixture.query('select value from limpet.settings where name = $1', [`limit.${limit}`]);
  const set = (value: unknown) =>
    fixture.query('update limpet.settings set value = $2 where name = $1', [`limit.${limit}`, value]);
  onTestFinished(async () => void (await set(before?.value)));
  await set('2');
  const credential = await fixture.key(limit);
  const session = crypto.randomUUID();
  await fixture.edge.createSession(credential, session, {});
  const once = () =>
    limit === 'queued_max'
      ? fixture.edge.submitCommand(credential, session, crypto.randomUUID(), { command: 'true' })
      : fixture.edge.createSession(credential, crypto.randomUUID(), {});
  await once();
  if (limit === 'queued_max') await once();
  await expect(once()).rejects.toMatchObject({
    code: 'LP429',
    detail: code,
    message: expect.stringMatching(new RegExp(`^Above the limit "limit\\.${limit}" of 2 `)),
  });
});

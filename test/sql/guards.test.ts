/** What a row of the busiest tables may be, and what the record says of a command: both are written for speed, so both are held against the plain form. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CommandOptions } from '../../sql/edge.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(100);
});
afterAll(() => fixture.drop());

const submit = (session: string, options: CommandOptions) =>
  fixture.edge.submitCommand(fixture.admin, session, randomUUID(), options);

test.each([
  ['seq = 0'],
  ['timeout_ms = 0'],
  ['max_output = -1'],
  [`state = 'paused'`],
  [`state = 'running'`],
  ['attempt = gen_random_uuid()'],
  ['finished_at = clock_timestamp()'],
  ['exit_code = 0'],
  ['late_dropped_bytes = 1'],
  ['late_bytes = -1'],
])('no queued command has %s', async (set) => {
  const { session } = await fixture.adopted(incarnation);
  const { id } = await submit(session, { command: 'true' });
  await expect(fixture.query(`update limpet.commands set ${set} where id = $1`, [id])).rejects.toMatchObject({
    code: '23514',
  });
});

test.each([
  [`name = ''`],
  [`name = repeat('n', 129)`],
  [`pool = ''`],
  ['cols = 0'],
  ['rows = 1001'],
  ['idle_timeout_ms = 0'],
  ['queued = -1'],
  ['background_jobs = -1'],
  ['running_command_id = id'],
  ['forked_from = id'],
])('no session has %s', async (set) => {
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  await expect(fixture.query(`update limpet.sessions set ${set} where id = $1`, [session])).rejects.toMatchObject({
    code: '23514',
  });
});

test('what the record says of a command is canonical, whatever was asked and however it ended', async () => {
  const owned = await fixture.adopted(incarnation);
  const asked: CommandOptions[] = [
    { command: 'true' },
    { command: 'é "\\ \n\u0001', cwd: '/tmp/"é\\\n', timeout_ms: 5, interactive: true },
    { command: 'cat', stdin: 'in\n', env: { B: '"', A: 'é' }, max_output: 7 },
  ];
  const results = [
    ended,
    { ...ended, state: 'killed', exit_code: null, signal: 'SIGKILL' },
    { ...ended, exit_code: 7 },
  ] as const;
  for (const [at, options] of asked.entries()) {
    await submit(owned.session, options);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    const state = at === 1 ? null : Buffer.from(`state ${at}`);
    await fixture.host.finishCommand(owned, attempt, results[at] ?? ended, state, null, []);
  }
  const events = await fixture.query(
    `select kind, payload, limpet.canonical_json(payload::jsonb) as canonical from limpet.events where session_id = $1 order by seq`,
    [owned.session],
  );
  const ofCommands = events.filter(({ kind }) => String(kind).startsWith('command.'));
  expect(ofCommands).toHaveLength(9);
  for (const { payload, canonical } of ofCommands) expect(payload).toBe(canonical);
  const said = ofCommands.map(({ payload }) => JSON.parse(payload as string) as object);
  expect(said[3]).toEqual({
    command_id: expect.any(String),
    command_sha256: expect.any(String),
    cwd: '/tmp/"é\\\n',
    interactive: true,
    seq: 2,
    timeout_ms: 5,
  });
  expect(said[5]).toMatchObject({ state: 'killed', signal: 'SIGKILL', exit_code: null, state_sha256: null });
  expect(said[6]).toMatchObject({ stdin_bytes: 3, environment_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

/** Replays: commands run again in a new session, each result beside the original's. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Command, Page, Replay, Session } from '../../../sql/contract.ts';
import { type CallOptions, call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

/** Needs a host. */
export function replaying(api: () => Api): void {
  const start = (session: string, options: CallOptions = {}) =>
    call<Replay>(api(), 'POST', `/v1/sessions/${session}/replay`, options);
  const read = async (id: string) => (await call<Replay>(api(), 'GET', `/v1/replays/${id}`)).body;
  const replayed = async (session: string, json: object = {}) => {
    const { status, body, headers } = await start(session, { json });
    expect(status, JSON.stringify(body)).toBe(202);
    expect(headers.get('location')).toBe(`/v1/replays/${body.id}`);
    await expect.poll(async () => (await read(body.id)).state, { timeout: 25_000, interval: 50 }).not.toBe('running');
    return read(body.id);
  };

  test('what depends on nothing else gives the same again, and what does shows as a difference', async () => {
    const { id } = await openSession(api(), { env: { GIVEN: 'yes' } });
    const commands = [
      'A=1; cd /tmp',
      'echo "$A$GIVEN"; pwd',
      'echo "$$ $RANDOM"',
      'echo err >&2; (exit 4)',
      'cat <<< end',
    ];
    for (const command of commands) await run(api(), id, command);
    const done = await replayed(id, { name: 'again' });
    expect(done).toMatchObject({
      state: 'done',
      reason: null,
      source_session_id: id,
      from: 1,
      to: 5,
      stop_on_difference: false,
    });
    expect(done.items.map((item) => [item.seq, item.command, item.same])).toEqual([
      [1, commands[0], true],
      [2, commands[1], true],
      [3, commands[2], false],
      [4, commands[3], true],
      [5, commands[4], true],
    ]);
    expect(done.items[3]).toMatchObject({
      original: { state: 'exited', exit_code: 4 },
      replay: { state: 'exited', exit_code: 4 },
    });
    expect(done.items[3]?.replay?.sha256).toEqual(done.items[3]?.original.sha256);
    const session = await call<Session>(api(), 'GET', `/v1/sessions/${done.session_id}`);
    expect(session.body).toMatchObject({
      name: 'again',
      replay_id: done.id,
      forked_from: { session_id: id, seq: 0 },
      commands: 5,
    });
    // Its commands are ordinary ones, and the session is an ordinary one once it is done.
    const { body } = await call<Page<Command>>(api(), 'GET', `/v1/sessions/${done.session_id}/commands`);
    expect(body.items.map((command) => command.command)).toEqual(commands);
    expect(await run(api(), done.session_id, 'echo $A')).toMatchObject({ stdout: '1\n', seq: 6 });
  });

  test('a range begins in the state that its first command found, with its input, directory and variables', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'N=1; f() { N=$((N + 1)); echo "n$N"; }; (exit 3)');
    await run(api(), id, 'echo "$?"; f');
    await run(api(), id, 'cat; pwd; echo "$V"', { stdin: 'fed', cwd: '/usr', env: { V: 'own' } });
    await run(api(), id, 'f');
    const part = await replayed(id, { from: 2, to: 3 });
    expect(part.items.map((item) => [item.seq, item.same])).toEqual([
      [2, true],
      [3, true],
    ]);
  });

  test('what an interactive command read is given to it again', async () => {
    const { id } = await openSession(api());
    const json = { command: 'read line; echo "got $line"; cat', interactive: true };
    const headers = { Prefer: 'wait=0' };
    const { body: command } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, { json, headers });
    const send = (text: string, query: string) =>
      call(api(), 'POST', `/v1/commands/${command.id}/stdin${query}`, {
        body: text,
        headers: { 'Content-Type': 'application/octet-stream' },
      });
    expect((await send('first\n', '?offset=0')).status).toBe(204);
    expect((await send('rest\n', '?offset=6&eof=true')).status).toBe(204);
    await call(api(), 'GET', `/v1/commands/${command.id}?wait=25`);
    const done = await replayed(id);
    expect(done.items).toMatchObject([{ same: true, replay: { exit_code: 0 } }]);
  });

  test('what is given with an interactive command comes before what is sent to it, also in a replay', async () => {
    const { id } = await openSession(api());
    const json = { command: 'sha256sum; echo $?', interactive: true, stdin: 'given\n' };
    const { body: command } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, {
      json,
      headers: { Prefer: 'wait=0', 'Idempotency-Key': 'given once' },
    });
    // Offsets count what was given: this repeats the end of it, then goes on.
    const headers = { 'Content-Type': 'application/octet-stream' };
    const gap = await call(api(), 'POST', `/v1/commands/${command.id}/stdin?offset=7`, { body: 'x', headers });
    expectProblem(gap, 409, 'stdin_gap');
    const again = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, {
      json,
      headers: { Prefer: 'wait=0', 'Idempotency-Key': 'given once' },
    });
    expect(again.body.id).toBe(command.id);
    const sent = await call(api(), 'POST', `/v1/commands/${command.id}/stdin?offset=5&eof=true`, {
      body: '\nsent\n',
      headers,
    });
    expect(sent.status).toBe(204);
    const ended = (await call<Command>(api(), 'GET', `/v1/commands/${command.id}?wait=25`)).body;
    const read = createHash('sha256').update('given\nsent\n').digest('hex');
    expect(ended).toMatchObject({ stdout: `${read}  -\n0\n`, exit_code: 0 });
    expect((await replayed(id)).items).toMatchObject([{ same: true, replay: { exit_code: 0 } }]);
  });

  test('it stops at the first difference where that was asked for, and goes on when it is asked again', async () => {
    const { id } = await openSession(api());
    for (const command of ['echo "$$"', 'echo same', 'echo "$$"', 'echo end']) await run(api(), id, command);
    const sames = ({ items }: Replay) => items.map((item) => item.same);
    const stopped = await replayed(id, { stop_on_difference: true });
    expect(stopped).toMatchObject({ state: 'stopped', reason: 'Command 1 gave another result.' });
    expect(sames(stopped)).toEqual([false, null, null, null]);
    expect(stopped.items[1]?.replay).toBeNull();
    const further = await replayed(id, { stop_on_difference: true });
    expect([further.id, ...sames(further)]).toEqual([stopped.id, false, true, false, null]);
    const whole = await replayed(id);
    expect([whole.id, whole.state, ...sames(whole)]).toEqual([stopped.id, 'done', false, true, false, true]);
  });

  test('the same range again is answered with the replay there is, and runs again by force', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'echo once');
    const first = await replayed(id);
    const again = await start(id);
    expect([again.status, again.body.id]).toEqual([200, first.id]);
    const forced = await replayed(id, { force: true });
    expect(forced.id).not.toBe(first.id);
    expect(forced.items).toMatchObject([{ same: true }]);
    const ofReplay = await replayed(forced.session_id);
    // However often it is repeated, there is one command, and the first original is named.
    expect(ofReplay.items).toMatchObject([
      {
        same: true,
        original: { command_id: forced.items[0]?.replay?.command_id },
        first_command_id: first.items[0]?.original.command_id,
      },
    ]);
  });

  test('while it runs its session takes no other command, and closing the session stops it', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'sleep 2');
    await run(api(), id, 'echo never');
    const { body: replay } = await start(id);
    const other = await call<ProblemBody>(api(), 'POST', `/v1/sessions/${replay.session_id}/commands`, {
      text: 'true',
    });
    expectProblem(other, 409, 'session_busy');
    await call(api(), 'DELETE', `/v1/sessions/${replay.session_id}`);
    await expect.poll(async () => (await read(replay.id)).state, { timeout: 20_000 }).toBe('stopped');
    expect((await read(replay.id)).items[1]).toMatchObject({ replay: null, same: null });
    // It cannot go on there, so the same range is another replay now.
    const next = await start(id);
    expect(next.status).toBe(202);
    expect(next.body.id).not.toBe(replay.id);
    await call(api(), 'DELETE', `/v1/sessions/${next.body.session_id}`);
  });
}

/** Needs no host. */
export function refusedReplays(api: () => Api): void {
  const start = (session: string, options: CallOptions = {}) =>
    call<Replay & ProblemBody>(api(), 'POST', `/v1/sessions/${session}/replay`, options);

  test('what has not ended or is not there cannot be replayed', async () => {
    const { id } = await openSession(api());
    expectProblem(await start(id), 404, 'not_found');
    await call(api(), 'POST', `/v1/sessions/${id}/commands`, { text: 'true', headers: { Prefer: 'wait=0' } });
    expectProblem(await start(id, { json: { from: 1, to: 1 } }), 409, 'session_busy');
    expectProblem(await start(id, { json: { to: 2 } }), 404, 'not_found');
    for (const json of [{ from: 0 }, { from: 2, to: 1 }, { force: 'yes' }, { seq: 1 }]) {
      expectProblem(await start(id, { json }), 422, 'invalid');
    }
    await call(api(), 'DELETE', `/v1/sessions/${id}`);
    const cancelled = await start(id);
    expectProblem(cancelled, 404, 'not_found');
    expect(cancelled.body.detail).toBe('None of commands 1 to 1 ever ran.');
  });

  test('another owner has none, and a reader may not', async () => {
    const { id } = await openSession(api());
    expectProblem(await start(id, { key: api().otherKey }), 404, 'not_found');
    expectProblem(await start(id, { key: api().readKey }), 403, 'forbidden');
    const path = `/v1/replays/${crypto.randomUUID()}`;
    expectProblem(await call<ProblemBody>(api(), 'GET', path), 404, 'not_found');
  });
}

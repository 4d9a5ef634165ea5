/** What is recorded before any host works: names, lists, idempotency, queued commands. Needs no host. */
import { expect, test } from 'vitest';
import type { Command, Page, Session } from '../../../sql/contract.ts';
import { type CallOptions, call, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';
import { expectProblem } from './refusals.ts';

const now = { Prefer: 'wait=0' };

export function records(api: () => Api): void {
  const queue = (session: string, options: CallOptions) =>
    call<Command>(api(), 'POST', `/v1/sessions/${session}/commands`, {
      ...options,
      headers: { ...now, ...options.headers },
    });

  test('health answers without a key; ready says why not while no host lives', async () => {
    expect(await call(api(), 'GET', '/health', { key: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
    const ready = await call<ProblemBody & { reasons: string[] }>(api(), 'GET', '/ready', { key: null });
    expectProblem(ready, 503, 'no_host');
    expect(ready.body.reasons).toHaveLength(1);
    expect(ready.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('docs describe every route and every problem, with no script', async () => {
    const page = new TextDecoder().decode((await call(api(), 'GET', '/docs', { key: null })).bytes);
    for (const text of ['POST /v1/sessions/{session}/commands', 'id="problem-idempotency_conflict"'])
      expect(page).toContain(text);
    expect(page).not.toMatch(/<script|style=|onclick/);
  });

  test('a session is as it was asked for, found by id and by name', async () => {
    const asked = {
      name: 'builds ✓',
      cwd: '/tmp',
      cols: 80,
      rows: 24,
      idle_timeout: '1h30m',
      labels: { team: 'a/b' },
      pool: 'default',
    };
    const { body: made, headers } = await call<Session>(api(), 'POST', '/v1/sessions', { json: asked });
    const { idle_timeout: _text, ...same } = asked;
    expect(made).toMatchObject({
      ...same,
      idle_timeout_ms: 5_400_000,
      state: 'opening',
      tty: false,
      commands: 0,
      queued: 0,
    });
    expect(headers.get('location')).toBe(`/v1/sessions/${made.id}`);
    for (const session of [made.id, encodeURIComponent('builds ✓')]) {
      expect((await call<Session>(api(), 'GET', `/v1/sessions/${session}`)).body).toEqual(made);
    }
  });

  test('a session may be opened with no body at all', async () => {
    expect((await call(api(), 'POST', '/v1/sessions')).status).toBe(201);
  });

  test('an open session keeps its name for itself; a closed one gives it back, and its history stays', async () => {
    const first = await openSession(api(), { name: 'only' });
    expectProblem(
      await call<ProblemBody>(api(), 'POST', '/v1/sessions', { json: { name: 'only' } }),
      409,
      'name_taken',
    );
    for (const _again of [1, 2]) expect((await call(api(), 'DELETE', '/v1/sessions/only')).status).toBe(204);
    expect((await openSession(api(), { name: 'only' })).id).not.toBe(first.id);
    const closed = await call<Session>(api(), 'GET', `/v1/sessions/${first.id}`);
    expect(closed.body.state).toBe('closed');
    expectProblem(
      await call<ProblemBody>(api(), 'POST', `/v1/sessions/${first.id}/commands`, { text: 'true' }),
      409,
      'session_closed',
    );
  });

  test.each(['.', '..', 'a\nb', '01a1fddd-4053-7189-b99e-2680411f6acc'])('%j cannot be a name', async (name) => {
    expectProblem(await call<ProblemBody>(api(), 'POST', '/v1/sessions', { json: { name } }), 422, 'invalid');
  });

  test('a command that has not ended in the wait is 202, with where and when to ask again', async () => {
    const session = await openSession(api());
    const startedAt = performance.now();
    const answer = await queue(session.id, { json: { command: 'true' }, headers: { Prefer: 'wait=0.3' } });
    expect(performance.now() - startedAt).toBeGreaterThan(290);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      session_id: session.id,
      seq: 1,
      state: 'queued',
      exit_code: null,
      run_ms: null,
      stdout: '',
    });
    expect(answer.headers.get('preference-applied')).toBe('wait=0.3');
    expect(answer.headers.get('location')).toBe(`/v1/commands/${answer.body.id}`);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect((await call<Command>(api(), 'GET', answer.headers.get('location') ?? '')).body.id).toBe(answer.body.id);
  });

  test('a text/plain body is the command itself, whatever is in it', async () => {
    const session = await openSession(api());
    const command = ' echo "{ümlaut}"; \n# \u{1f41a}\n';
    for (const type of ['text/plain', 'text/plain; charset=UTF-8', 'Text/Plain;charset="utf-8"']) {
      const answer = await queue(session.id, { body: command, headers: { 'Content-Type': type } });
      expect(answer.body.command).toBe(command);
    }
    const megabyte = 'x'.repeat(1024 * 1024);
    expect((await queue(session.id, { text: megabyte })).body.command).toBe(megabyte);
    expect((await queue(session.id, { json: { command: megabyte } })).status).toBe(202);
  });

  test('the same Idempotency-Key and request give the same command again, another request is refused', async () => {
    const session = await openSession(api());
    const headers = { 'Idempotency-Key': 'once' };
    const first = await queue(session.id, { json: { command: 'true', timeout: 60 }, headers });
    const again = await queue(session.id, { json: { timeout: '1m', command: 'true' }, headers });
    expect(again.body.id).toBe(first.body.id);
    expect(first.body.idempotency_key).toBe('once');
    const other = await queue(session.id, { json: { command: 'false' }, headers });
    expectProblem(other as never, 409, 'idempotency_conflict');
    expect((await call<Page<Command>>(api(), 'GET', `/v1/sessions/${session.id}/commands`)).body.items).toHaveLength(1);
    expect((await queue((await openSession(api())).id, { json: { command: 'false' }, headers })).status).toBe(202);
  });

  test('ten calls at once with one Idempotency-Key make one command, one session, one exec', async () => {
    const session = await openSession(api());
    for (const [path, json] of [
      [`/v1/sessions/${session.id}/commands`, { command: 'true' }],
      ['/v1/sessions', { labels: { a: 'b' } }],
      ['/v1/exec', { command: 'true' }],
    ] as const) {
      const headers = { ...now, 'Idempotency-Key': `ten ${path}` };
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => call<{ id: string }>(api(), 'POST', path, { json, headers })),
      );
      expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
      const other = await call<ProblemBody>(api(), 'POST', path, {
        json: { ...json, ...(path === '/v1/sessions' ? { cols: 9 } : { timeout: 9 }) },
        headers,
      });
      expectProblem(other, 409, 'idempotency_conflict');
    }
  });

  test.each(['', 'x'.repeat(256), 'é'])(
    'an Idempotency-Key must be 1 to 255 printable characters (%#)',
    async (key) => {
      const answer = await call<ProblemBody>(api(), 'POST', '/v1/sessions', { headers: { 'Idempotency-Key': key } });
      expectProblem(answer, 422, 'invalid');
    },
  );

  test('if_busy "fail" refuses where a command waits already', async () => {
    const session = await openSession(api());
    await queue(session.id, { text: 'true' });
    expectProblem(
      (await queue(session.id, { json: { command: 'true', if_busy: 'fail' } })) as never,
      409,
      'session_busy',
    );
  });

  test('a queued command is cancelled at once and stays so; a signal to it is refused', async () => {
    const session = await openSession(api());
    const { body } = await queue(session.id, { text: 'touch /never' });
    const early = await call<ProblemBody>(api(), 'POST', `/v1/commands/${body.id}/signal`, { json: { signal: 'INT' } });
    expectProblem(early, 409, 'session_busy');
    for (const _again of [1, 2]) {
      const cancelled = await call<Command>(api(), 'DELETE', `/v1/commands/${body.id}`);
      expect([cancelled.status, cancelled.body.state]).toEqual([202, 'cancelled']);
    }
    const late = await call<ProblemBody>(api(), 'POST', `/v1/commands/${body.id}/signal`, { json: { signal: 'INT' } });
    expectProblem(late, 409, 'command_ended');
    expect((await call<Command>(api(), 'GET', `/v1/commands/${body.id}?wait=20`)).body).toMatchObject({
      state: 'cancelled',
      exit_code: null,
    });
  });

  test('a waiting read answers the moment the command ends', async () => {
    const session = await openSession(api());
    const { body } = await queue(session.id, { text: 'true' });
    const waiting = call<Command>(api(), 'GET', `/v1/commands/${body.id}?wait=20`);
    const startedAt = performance.now();
    await call(api(), 'DELETE', `/v1/commands/${body.id}`);
    const { body: ended, headers } = await waiting;
    expect(ended.state).toBe('cancelled');
    expect(headers.get('preference-applied')).toBe('wait=20');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('a wait above 30 s is granted as 30, and said so', async () => {
    const { body } = await queue((await openSession(api())).id, { text: 'true' });
    await call(api(), 'DELETE', `/v1/commands/${body.id}`);
    const { headers } = await call(api(), 'GET', `/v1/commands/${body.id}?wait=100`);
    expect(headers.get('preference-applied')).toBe('wait=30');
  });

  test('output of a command that has written nothing is empty and not complete', async () => {
    const { body } = await queue((await openSession(api())).id, { text: 'true' });
    const answer = await call(api(), 'GET', `/v1/commands/${body.id}/output?wait=0.2`);
    expect([answer.status, answer.bytes.length, answer.headers.get('limpet-complete')]).toEqual([200, 0, 'false']);
    await call(api(), 'DELETE', `/v1/commands/${body.id}`);
    const head = await call(api(), 'HEAD', `/v1/commands/${body.id}/output`);
    expect([head.status, head.headers.get('limpet-complete'), head.headers.get('limpet-next-offset')]).toEqual([
      200,
      'true',
      '0',
    ]);
  });

  test('lists are paged without gap or repetition, and filtered', async () => {
    const session = await openSession(api());
    for (let n = 1; n <= 5; n += 1) await queue(session.id, { text: `echo page-${n}` });
    const inOrder = await pages<Command>(`/v1/sessions/${session.id}/commands?limit=2`);
    expect(inOrder.map((command) => command.seq)).toEqual([1, 2, 3, 4, 5]);
    const newest = await pages<Command>(`/v1/commands?session=${session.id}&limit=2`);
    expect(newest.map((command) => command.seq)).toEqual([5, 4, 3, 2, 1]);
    const found = await call<Page<Command>>(api(), 'GET', `/v1/commands?session=${session.id}&q=PAGE-3&state=queued`);
    expect(found.body.items.map((command) => command.seq)).toEqual([3]);
    const after = await call<Page<Command>>(api(), 'GET', `/v1/sessions/${session.id}/commands?after=3`);
    expect(after.body.items.map((command) => command.seq)).toEqual([4, 5]);
    const sessions = await pages<Session>('/v1/sessions?limit=3');
    expect(new Set(sessions.map((item) => item.id)).size).toBe(sessions.length);
    expect(sessions.map((item) => item.id)).toContain(session.id);
  });

  async function pages<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: Page<Item> } = await call<Page<Item>>(
        api(),
        'GET',
        `${path}${cursor && `&cursor=${cursor}`}`,
      );
      items.push(...body.items);
      cursor = body.next_cursor;
    }
    return items;
  }
}

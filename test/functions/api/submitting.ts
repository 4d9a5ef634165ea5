/** Commands that are accepted and wait: what is answered, once, and how they are cancelled. Needs no host. */
import { expect, test } from 'vitest';
import type { Command, Page } from '../../../sql/contract.ts';
import { beforeALongWait, type CallOptions, call, expectProblem, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';

const now = { Prefer: 'wait=0' };

export function submitting(api: () => Api): void {
  const queue = (session: string, options: CallOptions) =>
    call<Command>(api(), 'POST', `/v1/sessions/${session}/commands`, {
      ...options,
      headers: { ...now, ...options.headers },
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
    // The names that answers have are taken, too.
    for (const [signal, status] of [
      ['SIGINT', 409],
      ['SIGSIGINT', 422],
      ['SIGSEGV', 422],
    ] as const)
      expect((await call(api(), 'POST', `/v1/commands/${body.id}/signal`, { json: { signal } })).status).toBe(status);
    expect((await call<Command>(api(), 'GET', `/v1/commands/${body.id}?wait=20`)).body).toMatchObject({
      state: 'cancelled',
      exit_code: null,
    });
  });

  test('a waiting read answers the moment the command ends', async () => {
    const session = await openSession(api());
    const { body } = await queue(session.id, { text: 'true' });
    const { body: ended, headers } = await beforeALongWait(api(), async () => {
      const waiting = call<Command>(api(), 'GET', `/v1/commands/${body.id}?wait=29`);
      await call(api(), 'DELETE', `/v1/commands/${body.id}`);
      return waiting;
    });
    expect(ended.state).toBe('cancelled');
    expect(headers.get('preference-applied')).toBe('wait=29');
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
}

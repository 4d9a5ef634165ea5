/** Addresses: parameters, methods, headers of every answer, the document. Needs no host. */
import { expect, test } from 'vitest';
import type { Command, Page, Session } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody } from './client.ts';
import { documentOf } from './document.ts';
import type { Api } from './fixture.ts';

const keyless = ['/health', '/ready', '/openapi.json', '/docs'];

export function addresses(api: () => Api): void {
  test.each([
    ['/v1/sessions?limit=0', '/limit'],
    ['/v1/sessions?limit=1001', '/limit'],
    ['/v1/sessions?limit=1e3', '/limit'],
    ['/v1/sessions?sort=asc', '/sort'],
    ['/v1/sessions?state=asleep', '/state'],
    ['/v1/commands?before=yesterday', '/before'],
    ['/v1/commands?before=0000-01-01T00:00:00Z', '/before'],
    ['/v1/commands?after=2026-01-01T00:00:00%2B23:00', '/after'],
    ['/v1/sessions?cursor=elsewhere', '/cursor'],
    ['/v1/commands?cursor=1.2', '/cursor'],
    ['/v1/commands?key=mine', '/key'],
    ['/v1/commands?exit_code=many', '/exit_code'],
    ['/v1/commands?limit=1&limit=2', '/limit'],
  ])('GET %s names the parameter', async (path, pointer) => {
    const answer = await call<ProblemBody>(api(), 'GET', path);
    expectProblem(answer, 422, 'invalid');
    expect(answer.body.errors?.map((error) => [error.in, error.pointer])).toEqual([['query', pointer]]);
  });

  test.each([
    ['POST', '/v1/commands/cancel', 'preview=true', { filter: {} }, 'send "preview" in the body'],
    ['POST', '/v1/sessions/{session}/replay', 'from=3', {}, 'send "from" in the body'],
    ['POST', '/v1/sessions/{session}/fork', 'after=1', {}, 'send "after" in the body'],
    ['POST', '/v1/sessions/{session}/commands', 'wait=1', { command: 'true' }, 'send the header "Prefer: wait=N"'],
    ['POST', '/v1/exec', 'wait=0', { command: 'true' }, 'send the header "Prefer: wait=N"'],
    ['POST', '/v1/sessions', 'name=mine', {}, 'send "name" in the body'],
    ['POST', '/v1/sessions/{session}/interrupt', 'now=1', undefined, 'this takes none'],
    ['DELETE', '/v1/sessions/{session}', 'preview=true', undefined, 'this takes none'],
    ['DELETE', '/v1/commands/{id}', 'preview=true', undefined, 'this takes raw'],
    ['GET', '/v1/sessions/{session}', 'wait=5', undefined, 'this takes none'],
    ['HEAD', '/v1/sessions/{session}', 'wait=5', undefined, undefined],
    ['GET', '/v1/replays/{id}', 'x=1', undefined, 'this takes raw'],
    ['GET', '/v1/hosts', '__proto__=1', undefined, 'this takes none'],
    ['GET', '/v1/commands', 'sort=asc&limit=1', undefined, 'this takes state, session, host,'],
  ])('%s %s?%s is refused, does nothing, and says what to send', async (method, template, query, json, advice) => {
    const session = await openSession(api());
    const { body: command } = await call<Command>(api(), 'POST', `/v1/sessions/${session.id}/commands`, {
      json: { command: 'true' },
      headers: { Prefer: 'wait=0' },
    });
    const path = template.replace('{session}', session.id).replace('{id}', command.id);
    const { items: before } = (await call<Page<Session>>(api(), 'GET', '/v1/sessions?limit=1')).body;
    const answer = await call<ProblemBody>(api(), method, `${path}?${query}`, json ? { json } : {});
    expect(answer.status).toBe(422);
    if (advice === undefined) return;
    expectProblem(answer, 422, 'invalid');
    expect(answer.body.errors).toMatchObject([{ in: 'query', pointer: `/${query.split('=')[0]}` }]);
    expect(answer.body.detail).toContain(`Unknown parameter: ${advice}`);
    expect((await call<Page<Session>>(api(), 'GET', '/v1/sessions?limit=1')).body.items).toEqual(before);
    expect((await call<Command>(api(), 'GET', `/v1/commands/${command.id}`)).body.state).toBe('queued');
  });

  test('NUL in an address is refused', async () => {
    for (const path of ['/v1/sessions/a%00b', '/v1/sessions?q=%00', '/v1/commands?session=%00']) {
      expectProblem(await call<ProblemBody>(api(), 'GET', path), 400, 'bad_request');
    }
  });

  test('an address that cannot be decoded, or is no id, leads to nothing', async () => {
    for (const path of ['/v1/sessions/%ff', '/v1/sessions/%E0%A4%A', '/v1/commands/1', `/v1/keys/x`]) {
      const method = path.startsWith('/v1/keys') ? 'DELETE' : 'GET';
      expectProblem(await call<ProblemBody>(api(), method, path, { key: api().adminKey }), 404, 'not_found');
    }
  });

  test('what is at no address is a problem, and a method it does not take names those it does', async () => {
    expectProblem(await call<ProblemBody>(api(), 'GET', '/nothing/here'), 404, 'not_found');
    const answer = await call<ProblemBody>(api(), 'PUT', '/v1/sessions');
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
    const options = await call(api(), 'OPTIONS', '/v1/sessions', { key: null });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
  });

  test('every answer forbids scripts, sniffing and storing, and has a request id', async () => {
    for (const path of ['/health', '/docs', '/v1/sessions', '/nothing']) {
      const { headers } = await call(api(), 'GET', path, { headers: { 'X-Request-Id': 'mine-1' } });
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-request-id')).toBe('mine-1');
    }
    const made = await call(api(), 'GET', '/health', { headers: { 'X-Request-Id': 'not "sane"' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the document tells what is sent to /execute, where Prefer counts, what a list cuts, and of 405', async () => {
    const document = await documentOf(api().url);
    const of = (path: string, method: string) =>
      document.paths[path]?.[method] as unknown as {
        description?: string;
        parameters?: { in: string; name: string }[];
        requestBody?: { content: object };
      };
    const headers = (path: string, method: string) =>
      of(path, method).parameters?.flatMap((one) => (one.in === 'header' ? [one.name] : []));
    expect(Object.keys(of('/execute', 'post').requestBody?.content ?? {})).toEqual(['text/plain']);
    expect(headers('/execute', 'post')).toEqual(['x-command-timeout']);
    expect(headers('/v1/commands/{id}', 'get')).toEqual(['prefer']);
    for (const path of ['/v1/commands', '/v1/sessions/{session}/commands'])
      expect(of(path, 'get').description).toContain('the first and the last 2 KiB each');
    expect(JSON.stringify(document)).toContain('answered with 405, `method_not_allowed`');
  });

  test('no schema of the document is empty, and every route that needs a key says so', async () => {
    const document = await documentOf(api().url);
    expect(document.openapi).toBe('3.1.0');
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations))
        expect(operation.security !== undefined, path).toBe(!keyless.includes(path));
    }
  });
}

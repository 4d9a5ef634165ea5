/** Sessions, lists and the routes for operators. Needs no host. */
import { expect, test } from 'vitest';
import type { Command, Page, Session } from '../../../sql/contract.ts';
import { type CallOptions, call, expectProblem, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';

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

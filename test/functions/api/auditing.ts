/** The record over HTTP: listed, exported, and verified by somebody who has nothing but the bundle and a public key. */
import { expect, test, vi } from 'vitest';
import type { Page, RecordedEvent, SignedCheckpoint } from '../../../sql/contract.ts';
import { verified } from '../../audit/verifying.ts';
import { call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';
import { auditKey } from './host.ts';

const linesOf = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes).trimEnd().split('\n');

export function auditing(api: () => Api): void {
  const admin = () => ({ key: api().adminKey });
  const events = async (query: string, options: object = {}) =>
    (await call<Page<RecordedEvent>>(api(), 'GET', `/v1/audit?${query}`, options)).body.items;

  /** Waits for a checkpoint that covers what is there now. */
  const checkpointed = (session: string) =>
    vi.waitFor(
      async () => {
        const newest = await call<Page<SignedCheckpoint>>(api(), 'GET', '/v1/audit/checkpoints?limit=1');
        const [checkpoint] = newest.body.items;
        if (!checkpoint) throw new Error('not yet');
        // Another may be made meanwhile: it is this one that must cover the session.
        const bundle = await call(api(), 'GET', `/v1/sessions/${session}/audit?checkpoint=${checkpoint.number}`);
        const report = verified(linesOf(bundle), [auditKey.verifier], checkpoint.note);
        if (report.verdict === 'unknown' || report.events_not_covered > 0) throw new Error('not yet');
        return checkpoint;
      },
      { timeout: 25_000, interval: 100 },
    );

  test('a session’s bundle is whole, and says what a checkpoint covers', async () => {
    const session = await openSession(api());
    await run(api(), session.id, 'echo proven');
    const checkpoint = await checkpointed(session.id);
    const answer = await call(api(), 'GET', `/v1/sessions/${session.id}/audit?checkpoint=${checkpoint.number}`);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    const report = verified(linesOf(answer), [auditKey.verifier], checkpoint.note);
    expect(report).toMatchObject({
      verdict: 'whole',
      seen: checkpoint.number,
      session_id: session.id,
      scope: 'session',
    });
    expect(report.events).toBeGreaterThan(5);
  });

  test('the whole record is exported for admins alone, and is whole', async () => {
    const session = await openSession(api());
    await run(api(), session.id, 'true');
    await checkpointed(session.id);
    const report = verified(linesOf(await call(api(), 'GET', '/v1/audit/export', admin())), [auditKey.verifier]);
    expect(report).toMatchObject({ verdict: 'whole', scope: 'log' });
    expectProblem(await call<ProblemBody>(api(), 'GET', '/v1/audit/export'), 403, 'forbidden');
  });

  test('checkpoints are listed, newest first', async () => {
    const session = await openSession(api());
    await checkpointed(session.id);
    const { body } = await call<Page<SignedCheckpoint>>(api(), 'GET', '/v1/audit/checkpoints?limit=1000');
    expect(body.items.map(({ number }) => number)).toEqual(body.items.map((_, at) => body.items.length - at));
    expect(body.items.at(-1)).toMatchObject({ number: 1, signed_by: auditKey.verifier.name });
    if (body.items.length === 1) return;
    const page = await call<Page<SignedCheckpoint>>(api(), 'GET', '/v1/audit/checkpoints?limit=1');
    const next = await call<Page<SignedCheckpoint>>(
      api(),
      'GET',
      `/v1/audit/checkpoints?cursor=${page.body.next_cursor}`,
    );
    expect(next.body.items[0]?.number).toBe((page.body.items[0]?.number ?? 0) - 1);
  });

  test('events are listed newest first, in pages, by session, kind, actor, time and text', async () => {
    const session = await openSession(api(), { name: 'a findable name' });
    await run(api(), session.id, 'true');
    const all = await events(`session=${session.id}`);
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => all.length - at));
    const paged: RecordedEvent[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const path: string = `/v1/audit?session=${session.id}&limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await call<Page<RecordedEvent>>(api(), 'GET', path);
      paged.push(...body.items);
      cursor = body.next_cursor;
    }
    expect(paged).toEqual(all);
    const submitted = all.find(({ kind }) => kind === 'command.submitted');
    expect(await events(`session=${session.id}&kind=command.submitted`)).toEqual([submitted]);
    expect(await events(`session=${session.id}&actor=${submitted?.actor}`)).toContainEqual(submitted);
    expect(await events('q=FINDABLE%20name')).toMatchObject([{ kind: 'session.opened', session_id: session.id }]);
    expect(await events(`session=${session.id}&before=2000-01-01T00:00:00Z`)).toEqual([]);
    expect(await events(`session=${session.id}&after=2000-01-01T00:00:00Z`)).toEqual(all);
  });

  test('each sees the events of its own sessions, and who read them; admins see all', async () => {
    const session = await openSession(api());
    const { id } = await run(api(), session.id, 'true');
    await call(api(), 'GET', `/v1/commands/${id}`, admin());
    expect(await events(`session=${session.id}&kind=record.viewed`)).toMatchObject([
      { payload: { session_id: session.id } },
    ]);
    expect(await events('', { key: api().otherKey })).toEqual([]);
    expect(await events('kind=key.made')).toEqual([]);
    expect((await events('kind=key.made', admin())).length).toBeGreaterThan(0);
    expect((await events('session=system&kind=key.made', admin())).length).toBeGreaterThan(0);
    for (const path of [
      `/v1/audit?session=${session.id}`,
      `/v1/sessions/${session.id}/audit`,
      '/v1/audit?session=system',
    ])
      expectProblem(await call<ProblemBody>(api(), 'GET', path, { key: api().otherKey }), 404, 'not_found');
  });

  test.each(['cursor=1', 'limit=0', 'before=yesterday', 'colour=red'])('%s is refused', async (query) => {
    expectProblem(await call<ProblemBody>(api(), 'GET', `/v1/audit?${query}`), 422, 'invalid');
  });
}

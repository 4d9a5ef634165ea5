/** Finding commands by what they say and wrote, and cancelling all that match. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Command, Page } from '../../../sql/contract.ts';
import { type CallOptions, call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

const list = async (api: Api, query: string) => {
  const { status, body } = await call<Page<Command>>(api, 'GET', `/v1/commands?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items.map((command) => command.command);
};

/** Needs a host. */
export function searching(api: () => Api): void {
  test('a command is found by its output, on both streams, at its beginning and at its end', async () => {
    const { id } = await openSession(api());
    const needle = `Needle-${randomUUID()}`;
    const half = needle.slice(0, 20);
    const commands = [
      `printf %s ${half}; printf '%s\\n' ${needle.slice(20)}`,
      `echo ${half}${needle.slice(20).split('').join('"')} >&2`,
      `seq 20000; echo "end ${half}"${needle.slice(20)}`,
    ];
    for (const command of commands) await run(api(), id, command);
    await run(api(), id, 'echo hay');
    const q = encodeURIComponent(needle.toLowerCase());
    expect((await list(api(), `q=${q}`)).toReversed()).toHaveLength(3);
    expect(await list(api(), `q=${q}&session=${id}&limit=2`)).toHaveLength(2);
    const { body } = await call<Page<Command>>(api(), 'GET', `/v1/sessions/${id}/commands?q=${q}`);
    expect(body.items.map((command) => command.seq)).toEqual([1, 2, 3]);
    expect(await list(api(), `q=${q}%25`)).toEqual([]);
  });

  test('every filter narrows the list, and all of them together', async () => {
    const session = await openSession(api());
    await run(api(), session.id, 'echo kept; (exit 7)');
    await run(api(), session.id, 'echo kept; (exit 8)');
    const { body: last } = await call<Page<Command>>(api(), 'GET', `/v1/commands?session=${session.id}&limit=1`);
    const time = encodeURIComponent(last.items[0]?.created_at ?? '');
    const within = `session=${session.id}`;
    expect(await list(api(), `${within}&exit_code=7`)).toEqual(['echo kept; (exit 7)']);
    expect(await list(api(), `${within}&host=suite&state=exited&q=kept&before=${time}`)).toEqual([
      'echo kept; (exit 7)',
    ]);
    expect(await list(api(), `${within}&host=nobody`)).toEqual([]);
    expect(await list(api(), `${within}&key=${randomUUID()}`)).toEqual([]);
    expect(await list(api(), `${within}&after=${time}`)).toEqual([]);
    expect(await list(api(), `${within}&state=lost`)).toEqual([]);
  });

  test('what runs and what waits is cancelled at once, and what has ended stays', async () => {
    const [a, b] = [await openSession(api()), await openSession(api())];
    const tag = randomUUID();
    await run(api(), a.id, `echo ${tag}`);
    const submit = (session: string, command: string) =>
      call<Command>(api(), 'POST', `/v1/sessions/${session}/commands`, {
        json: { command },
        headers: { Prefer: 'wait=0' },
      });
    const running = (await submit(a.id, `echo ${tag}; sleep 300`)).body;
    const queued = (await submit(a.id, `echo ${tag}`)).body;
    const other = (await submit(b.id, 'echo other; sleep 300')).body;
    const state = async (command: Command) =>
      (await call<Command>(api(), 'GET', `/v1/commands/${command.id}?wait=20`)).body.state;
    const isRunning = async (command: Command) =>
      (await call<Command>(api(), 'GET', `/v1/commands/${command.id}`)).body.state;
    await expect.poll(() => isRunning(running), { timeout: 20_000 }).toBe('running');
    const cancel = (json: object) => call(api(), 'POST', '/v1/commands/cancel', { json });
    expect((await cancel({ filter: { q: tag }, preview: true })).body).toEqual({ matched: 2, cancelled: 0 });
    expect(await isRunning(running)).toBe('running');
    expect((await cancel({ filter: { q: tag } })).body).toEqual({ matched: 2, cancelled: 2 });
    expect([await state(running), await state(queued), await isRunning(other)]).toEqual([
      'killed',
      'cancelled',
      expect.stringMatching(/queued|running/),
    ]);
    expect((await cancel({ filter: { q: tag } })).body).toEqual({ matched: 0, cancelled: 0 });
    await cancel({ filter: { session: b.id } });
    expect(await state(other)).toMatch(/killed|cancelled/);
  });
}

/** Needs no host. */
export function refusedSearches(api: () => Api): void {
  const cancel = (json: object, options: CallOptions = {}) =>
    call<ProblemBody & { matched: number }>(api(), 'POST', '/v1/commands/cancel', { json, ...options });

  test('only what is asked for as a filter is cancelled, by who may, and of whom may', async () => {
    const { id } = await openSession(api());
    await call(api(), 'POST', `/v1/sessions/${id}/commands`, { text: 'true', headers: { Prefer: 'wait=0' } });
    for (const json of [
      {},
      { filter: { sessions: id } },
      { filter: { state: 'asleep' } },
      { filter: {}, preview: 'yes' },
    ]) {
      expectProblem(await cancel(json), 422, 'invalid');
    }
    expectProblem(await cancel({ filter: {} }, { key: api().readKey }), 403, 'forbidden');
    expectProblem(await cancel({ filter: { session: id } }, { key: api().otherKey }), 404, 'not_found');
    expect((await cancel({ filter: {} }, { key: api().otherKey })).body.matched).toBe(0);
    const answer = await cancel({ filter: { session: id, before: '2100-01-01T00:00:00Z' } });
    expect(answer.body).toEqual({ matched: 1, cancelled: 1 });
  });
}

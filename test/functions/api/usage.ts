/** Usage, statistics and metrics. */
import { expect, test } from 'vitest';
import type { Stats, UsageDay } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

/** Needs a host. */
export function usage(api: () => Api): void {
  test('a key has used what its commands ran and wrote, as JSON and as CSV', async () => {
    // A key of its own: what others began may end at any time.
    const made = { name: 'measured', owner: 'measured', scopes: ['execute'] };
    const { body } = await call<{ key: string }>(api(), 'POST', '/v1/keys', { key: api().adminKey, json: made });
    const own = { ...api(), key: body.key };
    const { id } = await openSession(own);
    const read = async (key = own.key) =>
      (await call<{ items: UsageDay[]; until: string }>(own, 'GET', '/v1/usage?by=day', { key })).body;
    await run(own, id, 'printf 12345');
    await run(own, id, 'printf 678 >&2; false');
    const { items, until } = await read();
    expect(Date.parse(until)).toBeLessThan(Date.now());
    const today = items.at(-1);
    expect(today).toMatchObject({
      owner: 'measured',
      key_name: 'measured',
      day: new Date().toISOString().slice(0, 10),
      ...{ commands: 2, failed: 1, output_bytes: 8 },
    });
    expect((await read(api().otherKey)).items).toEqual([]);
    expect((await read(api().adminKey)).items).toContainEqual(expect.objectContaining({ owner: 'measured' }));
    const csv = await call(own, 'GET', '/v1/usage?format=csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('limpet-until')).toMatch(/Z$/);
    const [header, ...rows] = new TextDecoder().decode(csv.bytes).trimEnd().split('\r\n');
    expect(header).toBe('day,key_id,key_name,owner,commands,failed,run_ms,run_ms_avg,queued_ms_avg,output_bytes');
    expect(rows.at(-1)?.split(',').slice(1, 6)).toEqual([today?.key_id, 'measured', 'measured', '2', '1']);
  });

  test('statistics tell what waits and how what has ended fared, each owner its own', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'true');
    const read = async (query = '', key = api().key) =>
      (await call<Stats>(api(), 'GET', `/v1/stats${query}`, { key })).body;
    const stats = await read();
    expect(stats.ended).toBeGreaterThan(0);
    expect(stats.run_ms.p99).toBeGreaterThanOrEqual(stats.run_ms.p50 ?? Number.NaN);
    expect(stats).toMatchObject({ window_ms: 3_600_000, hosts: { live: 1 }, oldest_queued_ms: null });
    expect(await read('?window=24h', api().otherKey)).toMatchObject({
      window_ms: 86_400_000,
      ended: 0,
      wait_ms: { p50: null },
    });
  });

  test('Prometheus reads the same figures with a key', async () => {
    const { headers, bytes } = await call(api(), 'GET', '/metrics', { key: api().adminKey });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const text = new TextDecoder().decode(bytes);
    expect(text).toMatch(/^limpet_hosts 1$/m);
    // A process has figures of its own on Node alone, where its log can be seen, too.
    expect(/^process_resident_memory_bytes \d+$/m.test(text)).toBe(api().logged !== undefined);
  });
}

/** Needs no host. */
export function refusedUsage(api: () => Api): void {
  test('metrics need a key, and figures are of times that there are', async () => {
    expectProblem(await call<ProblemBody>(api(), 'GET', '/metrics', { key: null }), 401, 'unauthorized');
    for (const query of [
      'usage?by=week',
      'usage?since=yesterday',
      'usage?until=0000-01-01',
      'usage?format=xml',
      'stats?window=25h',
      'stats?window=0',
    ]) {
      expectProblem(await call<ProblemBody>(api(), 'GET', `/v1/${query}`), 422, 'invalid');
    }
  });
}

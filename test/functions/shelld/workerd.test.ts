import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { inWorkerd } from '../api/fixture.ts';
import { client, type Shelld } from './client.ts';
import { shelldSuite } from './suite.ts';

shelldSuite(inWorkerd, (api) => {
  // It waits beside all the other tests.
  let shelld: Shelld;
  let waiting: Promise<{ status: number; ms: number }>;
  beforeAll(async () => {
    shelld = await client(api());
    await shelld.post('/lock');
    const startedAt = performance.now();
    waiting = shelld.execute('sleep 600', '10m').then(({ status }) => ({ status, ms: performance.now() - startedAt }));
    waiting.catch(() => undefined);
  });

  test('nobody is made to wait beyond half a minute', { timeout: 120_000 }, async () => {
    onTestFinished(async () => void (await shelld.post('/unlock')));
    const { status, ms } = await waiting;
    expect(status).toBe(202);
    expect(ms).toBeGreaterThan(29_900);
    expect(await shelld.state()).toBe('executing');
  });
});

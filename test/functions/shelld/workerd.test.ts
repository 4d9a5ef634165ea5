import { expect, test } from 'vitest';
import { inWorkerd } from '../api/fixture.ts';
import { locked } from './client.ts';
import { shelldSuite } from './suite.ts';

shelldSuite(inWorkerd, (api) => {
  test('nobody is made to wait beyond half a minute', { timeout: 120_000 }, async () => {
    const shelld = await locked(api());
    const startedAt = performance.now();
    expect((await shelld.execute('sleep 600', '10m')).status).toBe(202);
    expect(performance.now() - startedAt).toBeGreaterThan(29_900);
    expect(await shelld.state()).toBe('executing');
  });
});

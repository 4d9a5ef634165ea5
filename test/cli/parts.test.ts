/** The parts of limpet, each as a command of its own, on one database. */
import { expect, onTestFinished, test } from 'vitest';
import { createEmptyDatabase } from '../support/database.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { startHostProcess } from '../support/host.ts';
import { limpet, startEdge } from '../support/limpet.ts';

test('migrate brings an empty database up, edge serves it, and host runs its commands', async () => {
  const database = await createEmptyDatabase();
  onTestFinished(() => database.drop());
  const env = { DATABASE_URL: database.url, LIMPET_DATA_DIR: await temporaryDirectory(onTestFinished) };
  for (const time of ['first', 'again']) expect(await limpet(['migrate'], env), time).toMatchObject({ code: 0 });
  const { stdout } = await limpet(['keys', 'create'], env);
  const edge = await startEdge(env);
  onTestFinished(async () => {
    edge.kill('SIGTERM');
    expect((await edge.ended).code).toBe(0);
  });
  const host = await startHostProcess(database.url, 'apart');
  onTestFinished(host.remove);
  const client = { LIMPET_URL: edge.url, LIMPET_KEY: stdout.trim() };
  expect(await limpet(['exec', 'echo "$((40 + 2))"; exit 3'], client)).toMatchObject({ code: 3, stdout: '42\n' });
  expect((await limpet(['history', '--json'], client)).stdout).toContain('"host":"apart"');
}, 120_000);

/** A replay outlives the host it runs on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hasEnded } from '../../sql/contract.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { startHostProcess } from '../support/host.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

async function host() {
  const started = await startHostProcess(fixture.url, randomUUID());
  onTestFinished(started.remove);
  return started;
}

test('killed in the middle of it, the host is followed by another: one item is lost and says so, the rest is the same', async () => {
  const first = await host();
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  for (const command of ['A=1', 'A=$((A + 1)); sleep 2', 'echo "A is $A"']) {
    const { id } = await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command });
    const isOver = async () => hasEnded((await fixture.edge.readCommand(fixture.admin, id)).state);
    await expect.poll(isOver, { timeout: 20_000 }).toBe(true);
  }
  const ids = { id: randomUUID(), session_id: randomUUID() };
  await fixture.edge.replaySession(fixture.admin, session, ids, {});
  const replay = () => fixture.edge.readReplay(fixture.admin, ids.id);
  const running = async () => (await replay()).items[1]?.replay?.state;
  await expect.poll(running, { timeout: 20_000, interval: 20 }).toBe('running');
  first.kill('SIGKILL');
  await host();
  await expect.poll(async () => (await replay()).state, { timeout: 60_000 }).toBe('done');
  // The lost command's `A` was never recorded: what follows starts from the state before it, and is honestly different.
  expect((await replay()).items.map((item) => [item.replay?.state, item.same])).toEqual([
    ['exited', true],
    ['lost', null],
    ['exited', false],
  ]);
}, 120_000);

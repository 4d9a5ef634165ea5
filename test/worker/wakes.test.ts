/** A hint comes as a notification and as a job: who heard the one need not do the other. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { wakeChannel } from '../../sql/contract.ts';
import { listenForWakes, Wakes } from '../../worker/wakes.ts';

const hint = (key: string, control = false) => ({ session_id: randomUUID(), control, key });

function woken(wake: () => Promise<void> = async () => {}) {
  const sessions: [string, boolean][] = [];
  const wakes = new Wakes(async (session, control) => {
    sessions.push([session, control]);
    await wake();
  });
  return { wakes, sessions };
}

test('a job wakes nobody whom its notification woke', async () => {
  const { wakes, sessions } = woken();
  const [first, second] = [hint('one'), hint('two', true)];
  wakes.hear(JSON.stringify(first));
  wakes.hear(JSON.stringify(second));
  await wakes.work(second);
  await wakes.work(first);
  expect(sessions).toEqual([
    [first.session_id, false],
    [second.session_id, true],
  ]);
});

test('a job whose notification was lost wakes, and so does the next one of the same key', async () => {
  const { wakes, sessions } = woken();
  const [first, heard] = [hint('one'), hint('sweep')];
  await wakes.work(first);
  wakes.hear(JSON.stringify(heard));
  await wakes.work(heard);
  await wakes.work(heard);
  expect(sessions).toHaveLength(3);
});

test('where a notification came to nothing its job tries again, and tells its failure', async () => {
  let failures = 2;
  const { wakes, sessions } = woken(async () => {
    failures -= 1;
    if (failures >= 0) throw new Error('no room');
  });
  const one = hint('one');
  wakes.hear(JSON.stringify(one));
  await expect(wakes.work(one)).rejects.toThrow('no room');
  await wakes.work(one);
  expect(sessions).toHaveLength(3);
});

test('only the latest thousand are remembered', async () => {
  const { wakes, sessions } = woken();
  const all = Array.from({ length: 1_001 }, (_, at) => hint(String(at)));
  for (const one of all) wakes.hear(JSON.stringify(one));
  await wakes.work(all[1]);
  expect(sessions).toHaveLength(1_001);
  await wakes.work(all[0]);
  expect(sessions).toHaveLength(1_002);
});

test.each(['', 'nonsense', '{}', '{"session_id":1}'])('a notification of %j harms nobody', async (payload) => {
  const { wakes, sessions } = woken();
  const [events, warnings] = [new EventEmitter(), [] as string[]];
  listenForWakes(events, wakes, 'x', (level, event) => void warnings.push(`${level} ${event}`));
  events.emit('pool:listen:notification', { message: { channel: wakeChannel('x'), payload } });
  expect([sessions, warnings]).toEqual([[], ['warn notification_not_understood']]);
});

/** What a runner of graphile-worker does not hear by itself. The events are its own, in the order in which it tells them. */
import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import { refetchMissed } from '../../worker/refetch.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function runner() {
  const [events, nudge] = [new EventEmitter(), vi.fn()];
  refetchMissed(events);
  events.emit('pool:create', { workerPool: { nudge } });
  return {
    nudge,
    announce: (channel = 'jobs:insert') => events.emit('pool:listen:notification', { message: { channel } }),
    fetched: () => {
      events.emit('localQueue:getJobs:complete');
      events.emit('localQueue:refetchDelay:start');
    },
    paused: (how = 'expired') => events.emit(`localQueue:refetchDelay:${how}`),
  };
}

test('a job that is announced while nothing is under way is fetched for that', async () => {
  const { announce, fetched, paused, nudge } = runner();
  announce();
  fetched();
  paused();
  await settled();
  expect(nudge).not.toHaveBeenCalled();
});

test.each(['expired', 'abort'])(
  'one that is announced while another is fetched, or in the pause after it, is fetched after that (%s)',
  async (how) => {
    for (const isInPause of [false, true]) {
      const { announce, fetched, paused, nudge } = runner();
      announce();
      if (!isInPause) announce();
      fetched();
      if (isInPause) announce();
      expect(nudge).not.toHaveBeenCalled();
      paused(how);
      await settled();
      expect(nudge).toHaveBeenCalledOnce();
      fetched();
      paused(how);
      await settled();
      expect(nudge).toHaveBeenCalledOnce();
    }
  },
);

test('what else is told is no job', async () => {
  const { announce, fetched, paused, nudge } = runner();
  announce();
  announce('limpet_wake:x');
  fetched();
  paused();
  await settled();
  expect(nudge).not.toHaveBeenCalled();
});

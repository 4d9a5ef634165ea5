import { expect, onTestFinished, test } from 'vitest';
import type { HostCalls } from '../../sql/host.ts';
import { type HeartbeatEvents, startHeartbeat } from '../../worker/heartbeat.ts';
import { Lease } from '../../worker/lease.ts';
import type { Times } from '../../worker/times.ts';
import { silent } from '../support/log.ts';

const times: Times = { leaseMs: 9_000, beatMs: 30, deadlineMs: 36_000, fenceAfterMs: 45_000, hintMs: 2_000 };
const due = { dead: false, waiting: true, queued: false, unseen: false, ended: false };

/** Beats of which the `failing` are not answered, until so many were sent; gives what each asked and what was told. */
async function beatsOf(failing: number[], count: number) {
  const [looks, told, enough] = [[] as boolean[], [] as string[], Promise.withResolvers<void>()];
  const heartbeat = async (_host: string, _attempts: string[], look?: boolean) => {
    if (looks.push(look ?? false) === count) enough.resolve();
    if (failing.includes(looks.length)) throw new Error('no answer');
    return { state: 'live' as const, wake: [], ...(look && { due }) };
  };
  const events: HeartbeatEvents = {
    attempts: () => [],
    renewed: () => void told.push('renewed'),
    recovered: () => void told.push('recovered'),
    wake: () => {},
    due: () => void told.push('due'),
    fenced: () => void told.push('fenced'),
  };
  const beating = startHeartbeat(
    'x',
    times,
    { heartbeat } as Pick<HostCalls, 'heartbeat'>,
    new Lease(),
    silent,
    events,
  );
  onTestFinished(() => beating.stop());
  await enough.promise;
  await beating.stop();
  return { looks, told };
}

test('a host that beats hears what there is to do for all', async () => {
  const { looks, told } = await beatsOf([], 3);
  expect(looks).toEqual([true, true, true]);
  expect(told.slice(0, 4)).toEqual(['renewed', 'due', 'renewed', 'due']);
});

test('after a beat that was not answered it looks for nothing else before the lease is renewed', async () => {
  const { looks, told } = await beatsOf([2, 3], 5);
  expect(looks).toEqual([true, true, false, false, true]);
  expect(told).toEqual(expect.arrayContaining(['recovered']));
  expect(told.slice(0, 4)).toEqual(['renewed', 'due', 'renewed', 'recovered']);
});

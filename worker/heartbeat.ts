/** Beats for a host: renews its lease, tells the companion, hears what waits, what there is to do, and whether it was given up. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../sql/contract.ts';
import type { Due, HostCalls } from '../sql/host.ts';
import type { Lease } from './lease.ts';
import type { Times } from './times.ts';

/** After a beat that was not answered the next comes in so much of the usual time: some are tried before the lease is over. */
const againShare = 1 / 3;

/** What a beat asks its host, and tells it. */
export interface HeartbeatEvents {
  /** All tokens in hand: claimed, being claimed, or being finished. */
  attempts: () => string[];
  /** A beat was answered. */
  renewed: () => void;
  /** A beat was answered, and the one before was not. */
  recovered: () => void;
  /** These sessions have controls waiting. */
  wake: (sessions: string[]) => void;
  /** What there is to do for all hosts. */
  due: (due: Due) => void;
  /** The record gave this host up, or soon will: its shells must end, and it never comes back. */
  fenced: () => void;
}

/** Starts beating, at once. `stop` resolves once no beat is under way. */
export function startHeartbeat(
  incarnation: string,
  times: Times,
  beats: Pick<HostCalls, 'heartbeat'>,
  lease: Lease,
  log: Log,
  events: HeartbeatEvents,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let failed = false;
  const beat = async () => {
    const sentAt = lease.now();
    try {
      // What there is to do may be looked for later; the lease may not be renewed later.
      const answer = await beats.heartbeat(incarnation, events.attempts(), !failed);
      if (signal.aborted) return;
      if (answer.state === 'dead') return events.fenced();
      lease.renewed(sentAt, times.leaseMs);
      events.renewed();
      if (failed) events.recovered();
      failed = false;
      if (answer.wake?.length) events.wake(answer.wake);
      if (answer.due) events.due(answer.due);
    } catch (error) {
      failed = true;
      log('warn', 'heartbeat_failed', { error: (error as Error).message, lease_held: lease.held });
      // The companion has ended the shells, or is at it: what it did to them is not theirs to tell.
      if (!signal.aborted && lease.isOverdue(times.deadlineMs)) events.fenced();
    }
  };
  const keepBeating = async () => {
    // One at a time: while one hangs the lease runs out, as it should.
    while (!signal.aborted) {
      const nextAt = lease.now() + times.beatMs;
      await beat();
      const pauseMs = failed ? times.beatMs * againShare : Math.max(0, nextAt - lease.now());
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const beating = keepBeating();
  return {
    stop: async () => {
      stopping.abort();
      await beating;
    },
  };
}

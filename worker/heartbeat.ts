/** Beats for a host: renews its lease, tells the companion, hears what waits and whether it was given up. */
import type { Log } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import type { Lease } from './lease.ts';
import type { Times } from './times.ts';

export interface HeartbeatEvents {
  /** All tokens in hand: claimed, being claimed, or being finished. */
  attempts: () => string[];
  /** A beat was answered. */
  renewed: () => void;
  /** A beat was answered, and the one before was not. */
  recovered: () => void;
  /** These sessions have controls waiting. */
  wake: (sessions: string[]) => void;
  /** The record gave this host up, or soon will: its shells must end, and it never comes back. */
  fenced: () => void;
}

/** Starts beating. `stop` resolves once no beat is under way. */
export function startHeartbeat(
  incarnation: string,
  times: Times,
  beats: Pick<HostCalls, 'heartbeat'>,
  lease: Lease,
  log: Log,
  events: HeartbeatEvents,
): { stop(): Promise<void> } {
  let stopped = false;
  let failed = false;
  let beating: Promise<void> | null = null;
  const beat = async () => {
    const sentAt = lease.now();
    try {
      const answer = await beats.heartbeat(incarnation, events.attempts());
      if (stopped) return;
      if (answer.state === 'dead') return events.fenced();
      lease.renewed(sentAt, times.leaseMs);
      events.renewed();
      if (failed) events.recovered();
      failed = false;
      if (answer.wake?.length) events.wake(answer.wake);
    } catch (error) {
      failed = true;
      log('warn', 'heartbeat_failed', { error: (error as Error).message, lease_held: lease.held });
      // The companion has ended the shells, or is at it: what it did to them is not theirs to tell.
      if (!stopped && lease.isOverdue(times.deadlineMs)) events.fenced();
    }
  };
  const timer = setInterval(() => {
    // One at a time: while one hangs the lease runs out, as it should.
    if (stopped) return;
    beating ??= beat().finally(() => {
      beating = null;
    });
  }, times.beatMs);
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await beating;
    },
  };
}

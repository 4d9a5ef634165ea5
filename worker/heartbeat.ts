/** Beats for a host: renews its lease, tells the companion, hears what waits and whether it was given up. */
import { type Log, limits } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import type { Times } from './host.ts';
import type { Lease } from './lease.ts';

export interface HeartbeatEvents {
  /** All tokens in hand: claimed, being claimed, or being finished. */
  attempts: () => string[];
  /** A beat was answered. */
  renewed: () => void;
  /** These sessions have controls waiting. */
  wake: (sessions: string[]) => void;
  /** The record gave this host up: its shells must end, and it never comes back. */
  fenced: () => void;
}

/** Between two beats of a host. */
export function beatMs({ leaseMs }: Times): number {
  return leaseMs / limits.beatsPerLease;
}

/** Starts beating. `stop` resolves once no beat is under way. */
export function startHeartbeat(
  incarnation: string,
  times: Times,
  calls: HostCalls,
  lease: Lease,
  log: Log,
  events: HeartbeatEvents,
): { stop(): Promise<void> } {
  let stopped = false;
  let beating: Promise<void> = Promise.resolve();
  const beat = async () => {
    const sentAt = lease.now();
    try {
      const answer = await calls.heartbeat(incarnation, events.attempts());
      if (stopped) return;
      if (answer.state === 'dead') return events.fenced();
      lease.renewed(sentAt, times.leaseMs);
      events.renewed();
      if (answer.wake?.length) events.wake(answer.wake);
    } catch (error) {
      log('warn', 'heartbeat_failed', { error: (error as Error).message, lease_held: lease.held });
    }
  };
  const timer = setInterval(() => {
    // One at a time: a beat that hangs is waited for, and the lease runs out meanwhile, as it should.
    beating = beating.then(() => (stopped ? undefined : beat()));
  }, beatMs(times));
  return {
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await beating;
    },
  };
}

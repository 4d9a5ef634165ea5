/** The times a host lives by: told by the record at the registration, so that all hosts have one measure. */
import { limits } from '../sql/contract.ts';

/** Of the time until the record may give the sessions away; the rest of it is for the companion to end the shells. */
const companionShare = 0.8;

/** When a host that is not answered stops what, each counted from a beat that was. */
export interface Times {
  /** Something new may be started for this long after a beat was sent. */
  leaseMs: number;
  /** Between two beats. */
  beatMs: number;
  /** So long after the last answered beat the companion ends every shell. */
  deadlineMs: number;
  /** So long after it anybody may give the sessions away. */
  fenceAfterMs: number;
  /** A hint that was not acted on is repeated after this. */
  hintMs: number;
}

/** What the record tells. */
export interface ToldTimes {
  lease_ms: number;
  /** After this without a beat the shells are surely gone. */
  fence_after_ms: number;
  hint_ms: number;
}

/**
 * Derives them. Throws where they cannot keep the promise that a session is given away only when its processes are gone:
 * a shell's grace must fit between the companion's deadline and the moment when the record gives the host up.
 */
export function timesOf({ lease_ms, fence_after_ms, hint_ms }: ToldTimes, graceMs: number): Times {
  const deadlineMs = fence_after_ms * companionShare;
  const marginMs = fence_after_ms - deadlineMs;
  if (graceMs >= marginMs) {
    throw new Error(
      `LIMPET_GRACE_MS (${graceMs}) does not fit: limit.fence_after_ms (${fence_after_ms}) leaves ${marginMs} ms to end shells in. ` +
        'Shorten the one, or raise the other in limpet.settings.',
    );
  }
  if (deadlineMs <= lease_ms) {
    throw new Error(
      `limit.fence_after_ms (${fence_after_ms}) is too near to limit.lease_ms (${lease_ms}): shells would be ended before the lease ` +
        'is surely over. Set it to at least twice the lease in limpet.settings.',
    );
  }
  const beatMs = Math.floor(lease_ms / limits.beatsPerLease);
  return { leaseMs: lease_ms, beatMs, deadlineMs, fenceAfterMs: fence_after_ms, hintMs: hint_ms };
}

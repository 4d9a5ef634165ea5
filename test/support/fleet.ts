/**
 * A fleet for tests, which break some of it and look at what the rest makes of that. Leases are shortened, so that a test
 * need not wait for the real ones; a host ends with the test that started it.
 */
import { onTestFinished } from 'vitest';
import { type Fleet, openFleet } from './openFleet.ts';

export { type Fleet, shorten } from './openFleet.ts';

/** What is shortened, in ms. */
export const shortLeases = { lease_ms: 2_000, fence_after_ms: 6_000, hint_ms: 500 };
/** The grace must fit between the companion's deadline and the burial. */
export const shortGrace = { LIMPET_GRACE_MS: '500' };

/** Starts Postgres and the edge; hosts are the test's to start. */
export function startFleet(limits: Record<string, number> = shortLeases): Promise<Fleet> {
  return openFleet({ limits, env: shortGrace, onHost: (host) => onTestFinished(host.remove) });
}

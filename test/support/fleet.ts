/**
 * A fleet for tests, which break some of it and look at what the rest makes of that. Leases are shortened, so that a test
 * need not wait for the real ones; a host ends with the test that started it.
 */
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Api } from '../functions/api/fixture.ts';
import { type Fleet, openFleet } from './openFleet.ts';
import { Patient } from './patient.ts';

export { type Fleet, shorten } from './openFleet.ts';

/** What is shortened, in ms. */
export const shortLeases = { lease_ms: 2_000, fence_after_ms: 6_000, hint_ms: 500 };
/** The grace must fit between the companion's deadline and the burial. */
export const shortGrace = { LIMPET_GRACE_MS: '500' };

/** Postgres and the edge for the tests of a file, and somebody who calls them; hosts are the test's to start. Before the first test neither can be used. */
export function useFleet(limits: Record<string, number> = shortLeases): { fleet: Fleet; caller: Patient } {
  const [fleet, api] = [{} as Fleet, {} as Api];
  beforeAll(async () => {
    Object.assign(fleet, await openFleet({ limits, env: shortGrace, onHost: (host) => onTestFinished(host.remove) }));
    Object.assign(api, fleet.api);
  });
  afterAll(() => fleet.stop());
  return { fleet, caller: new Patient(api) };
}

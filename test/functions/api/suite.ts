/** The whole suite: what a deployment must do, wherever its edge runs. */
import { describe } from 'vitest';
import { addresses } from './addresses.ts';
import { auditing } from './auditing.ts';
import { bytes } from './bytes.ts';
import { ending } from './ending.ts';
import { type Adapter, useApi } from './fixture.ts';
import { forking, refusedForks } from './forking.ts';
import { besideHost } from './host.ts';
import { limitedKeys } from './limitedKeys.ts';
import { owners } from './owners.ts';
import { recordings, refusedRecordings } from './recordings.ts';
import { records } from './records.ts';
import { refusals } from './refusals.ts';
import { refusedReplays, replaying } from './replaying.ts';
import { running } from './running.ts';
import { refusedSearches, searching } from './searching.ts';
import { states } from './states.ts';
import { submitting } from './submitting.ts';
import { terminals } from './terminals.ts';
import { typing } from './typing.ts';
import { refusedUsage, usage } from './usage.ts';

/** Declares all tests for one adapter. */
export function apiSuite(adapter: Adapter): void {
  describe(`the API on ${adapter.name}, before any host lives`, () => {
    const api = useApi(adapter);
    for (const declare of [refusals, addresses, owners, limitedKeys, records, submitting]) declare(api);
    for (const declare of [refusedForks, refusedReplays, refusedRecordings, refusedSearches, refusedUsage, terminals])
      declare(api);
  });

  describe(`the API on ${adapter.name}, with a host`, () => {
    const api = useApi(adapter, besideHost);
    for (const declare of [running, ending, bytes, typing]) declare(api);
    for (const declare of [forking, replaying, recordings, searching, states, usage]) declare(api);
    auditing(api);
  });
}

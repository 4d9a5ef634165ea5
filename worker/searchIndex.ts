/** Puts what has ended into the index of search, behind the work. */
import type { HostCalls } from '../sql/host.ts';

/** What has ended is searched as it is until it is in the index: that may take a while. */
export const indexMs = 30_000;
/** A batch of texts takes some tens of milliseconds; a host that is asked to stop waits for so many at most. */
const batch = 500;
const batchesMax = 10;

/** Some batches of what is due; the next round goes on. */
export async function indexSearch(calls: HostCalls): Promise<void> {
  for (let batches = 0; batches < batchesMax; batches += 1) {
    if ((await calls.indexSearch(batch)) < batch) return;
  }
}

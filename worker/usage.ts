/** Adds what was used to the sums of its days, behind the work. */
import type { HostCalls } from '../sql/host.ts';

/** What is not folded yet is summed by whoever asks for the usage: some ten thousand rows are no trouble. */
export const foldMs = 30_000;
/** A batch takes some tens of milliseconds; a host that is asked to stop waits for so many at most. */
const batch = 10_000;
const batchesMax = 20;

/** Some batches of what there is; the next round goes on. */
export async function foldUsage(calls: HostCalls): Promise<void> {
  for (let batches = 0; batches < batchesMax; batches += 1) {
    if ((await calls.foldUsage(batch)) < batch) return;
  }
}

/** What commands leave to be done behind the work: what they used becomes sums of days, what has ended goes into the index of search. */
import type { HostCalls } from '../sql/host.ts';

/** Until then, who asks for usage sums some ten thousand rows, and what has ended is searched as it is: neither is any trouble. */
export const backlogMs = 30_000;

/** A batch takes some tens of milliseconds; a host that is asked to stop waits for so many at most. The next round goes on. */
interface Batches {
  rows: number;
  most: number;
}
const usage: Batches = { rows: 10_000, most: 20 };
const texts: Batches = { rows: 500, most: 10 };

/** Adds what was used to the sums of its days. */
export async function foldUsage(calls: HostCalls): Promise<void> {
  await inBatches(calls.foldUsage, usage);
}

/** Puts what has ended into the index of search. */
export async function indexSearch(calls: HostCalls): Promise<void> {
  await inBatches(calls.indexSearch, texts);
}

/** `work` says how many rows it found, at most so many as it was asked for. */
async function inBatches(work: (rows: number) => Promise<number>, { rows, most }: Batches): Promise<void> {
  for (let batch = 0; batch < most; batch += 1) {
    if ((await work(rows)) < rows) return;
  }
}

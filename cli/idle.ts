/** The end of a server that nobody needs any more. */
import { setTimeout as delay } from 'node:timers/promises';

/** While commands run or wait this is how often it is looked whether they have ended. */
const lookMs = 1_000;
/** A greater delay would be none: timers count in 31 bits. */
const delayMsMax = 2 ** 31 - 1;

interface Idleness {
  /** So long without a request, and nothing under way: that is idle. */
  idleMs: number;
  /** How long nobody has asked for anything. */
  quietMs(): number;
  /** Whether commands run or wait. */
  isWorking(): Promise<boolean>;
}

/** Resolves once the server is idle. Rejects when `signal` aborts. */
export async function untilIdle({ idleMs, quietMs, isWorking }: Idleness, signal: AbortSignal): Promise<void> {
  for (;;) {
    const leftMs = idleMs - quietMs();
    if (leftMs <= 0 && !(await isWorking())) return;
    await delay(Math.min(delayMsMax, leftMs > 0 ? Math.ceil(leftMs) : lookMs), undefined, { signal });
  }
}

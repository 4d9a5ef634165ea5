/** Figures that cost something, kept for a moment: however many look at a page, they are counted that often. */
import type { Credential } from '../../sql/edge.ts';
import type { EdgeContext } from '../edge.ts';

/** Figures are at most so old. */
const snapshotMs = 10_000;
/** Readers whose figures are kept; the one that asked longest ago goes first. */
const readersMax = 100;

/** Keeps what `read` gives for each credential. Only values are kept: workerd lets no request wait for what another one began. */
export function snapshots<Value>(read: (credential: Credential) => Promise<Value>, nowMs: () => number = Date.now) {
  const kept = new Map<string, { atMs: number; value: Value }>();
  return async (c: EdgeContext): Promise<Value> => {
    const credential = c.get('credential');
    const name = Array.from(credential).join();
    const last = kept.get(name);
    if (last && nowMs() - last.atMs < snapshotMs) return last.value;
    const value = await read(credential);
    kept.delete(name);
    kept.set(name, { atMs: nowMs(), value });
    const [oldest] = kept.keys();
    if (kept.size > readersMax && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}

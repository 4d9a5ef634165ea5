/** The value below which a share `p` (0..1) of the samples lie. */
export function percentile(samples: number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** p50, p95 and p99 of samples in ms, to a hundredth. */
export function summary(samples: number[]): { p50: number; p95: number; p99: number } {
  const at = (p: number) => Math.round(percentile(samples, p) * 100) / 100;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** How long `work` took, in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

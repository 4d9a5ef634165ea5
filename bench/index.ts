/** `npm run bench` runs all benchmarks, `npm run bench -- NAME` one; figures are printed as JSON. */
import { latency } from './latency.ts';

const benchmarks: Record<string, () => Promise<unknown>> = { latency };

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(benchmarks).join(', ')}.`);
  console.log(JSON.stringify({ name, ...((await benchmark()) as object) }, null, 2));
}

/**
 * `npm run bench` runs all benchmarks, `npm run bench -- NAME…` some. Prints what was measured beside what must be and what is
 * aimed at, and writes all figures to the file that `--json FILE` names. No test fails on any of them.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { density } from './density.ts';
import { firstByte, newSession } from './firstByte.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { output } from './output.ts';
import { pages } from './pages.ts';
import { type Row, table, verdictOf } from './report.ts';
import { throughput } from './throughput.ts';
import { watched } from './watched.ts';

type Benchmark = () => Promise<{ rows: Row[]; seen: object }>;

const benchmarks: Record<string, Benchmark> = {
  latency,
  throughput,
  output,
  'first-byte': firstByte,
  'new-session': newSession,
  density,
  growth,
  idle,
  watched,
  pages,
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const results: Record<string, { rows: Row[]; seen: object }> = {};
for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Error(`There is no benchmark "${name}". There are: ${Object.keys(benchmarks).join(', ')}.`);
  console.error(`${name} …`);
  results[name] = await benchmark();
  console.error(JSON.stringify(results[name].seen));
}
const rows = Object.values(results).flatMap((result) => result.rows);
console.log(table(rows));
const count = (verdict: string) => rows.filter((row) => verdictOf(row) === verdict).length;
console.log(
  `${rows.length} figures: ${count('goal')} at their goal, ${count('must')} at what they must, ${count('missed')} missed.`,
);
if (values.json) {
  const machine = { processors: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
  await writeFile(values.json, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
}

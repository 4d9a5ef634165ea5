/**
 * `npm run load -- --sessions N --rate R --seconds S`: commands at a steady rate over many sessions, through HTTP, and what
 * came of them. With `--until-saturated` the rate doubles until it cannot be kept. Starts a limpet of its own.
 */
import { parseArgs } from 'node:util';
import { Client } from '../client.ts';
import { cpuMs, memoryBytes, type Part } from '../processes.ts';
import { rounded } from '../report.ts';
import { startStack } from '../stack.ts';
import { percentile } from '../statistics.ts';
import { type Arrivals, drive } from './drive.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '32' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '60' },
    command: { type: 'string', default: 'true' },
    'until-saturated': { type: 'boolean', default: false },
  },
});
const numbers = { sessions: Number(values.sessions), rate: Number(values.rate), seconds: Number(values.seconds) };
for (const [name, value] of Object.entries(numbers)) {
  if (!(value > 0)) throw new Error(`--${name} takes a positive number.`);
}
/** Beyond it a rate is not kept: this share of what was asked for came too late or failed. */
const lateShareMax = 0.01;
const lateMs = 1_000;

const stack = await startStack({ LIMPET_CAPACITY: String(numbers.sessions + 10) });
const clients = Array.from({ length: numbers.sessions }, () => new Client(stack));
try {
  const open = await Promise.all(clients.map(async (client) => ({ client, session: await client.open() })));
  await Promise.all(open.map(({ client, session }) => client.run(session, 'true')));
  for (let rate = numbers.rate; ; rate *= 2) {
    const before = cpuMs(stack.pid);
    const arrivals = await drive(open, { ...numbers, rate, command: values.command });
    const isKept = report(rate, arrivals, before);
    if (!values['until-saturated'] || !isKept) break;
  }
} finally {
  for (const client of clients) client.close();
  await stack.stop();
}

function report(rate: number, { times, errors, lastMs }: Arrivals, before: Record<Part, number>): boolean {
  const [after, memory] = [cpuMs(stack.pid), memoryBytes(stack.pid)];
  const late = times.filter((ms) => ms > lateMs).length + errors.length;
  const isKept = late / (times.length + errors.length) <= lateShareMax;
  const at = (share: number) => rounded(percentile(times, share));
  const parts = (Object.keys(after) as Part[]).map((part) => [
    part,
    { cores: rounded((after[part] - before[part]) / lastMs), mib: Math.round(memory[part] / 1024 / 1024) },
  ]);
  const latency = { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  const done = rounded(times.length / (lastMs / 1000));
  console.log(
    JSON.stringify({
      asked_per_second: rate,
      done_per_second: done,
      kept: isKept,
      latency_ms: latency,
      errors: errors.length,
    }),
  );
  console.log(JSON.stringify(Object.fromEntries(parts)));
  for (const error of new Set(errors)) console.log(`  ${error}`);
  return isKept;
}

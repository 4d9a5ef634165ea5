/** `npm run chaos -- [--hosts 3 --sessions 30 --commands 3000 --seconds-between 4 --seed S]`: chaos at length, with real leases. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { limits } from '../../sql/contract.ts';
import { broken, chaos, lineOf } from './chaos.ts';

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '30' },
    commands: { type: 'string', default: '3000' },
    'seconds-between': { type: 'string', default: '4' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
});
const seed = Number(values.seed);
console.log(`npm run chaos -- --seed ${seed}`);
const report = await chaos({
  seed,
  hosts: Number(values.hosts),
  sessions: Number(values.sessions),
  commands: Number(values.commands),
  plan: { betweenMs: Number(values['seconds-between']) * 1000, troublesMax: Number.POSITIVE_INFINITY },
  limits: { lease_ms: limits.leaseMs, fence_after_ms: limits.fenceAfterMs, hint_ms: limits.hintMs },
  env: {},
  // A Postgres as one has it: what it says to have stored is on the disk.
  postgresSettings: {},
  progress: console.log,
});
console.log(lineOf(report, seed));
for (const what of broken(report)) console.log(`Broken: ${what}`);
process.exit(broken(report).length === 0 ? 0 : 1);

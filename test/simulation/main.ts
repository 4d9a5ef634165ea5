/** `npm run simulate -- --seed S --steps N [--seeds K] [--profile P] [--without RULE]`: repeats a seed, or tries several. */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeDirectory } from '../support/directory.ts';
import temporary from '../support/temporary.ts';
import { startOwnPostgres, template } from './postgres.ts';
import { lineOf, problemOf } from './report.ts';
import { type RuleName, rules } from './rules.ts';
import { type Profile, profiles } from './schedule.ts';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '1' },
    profile: { type: 'string' },
    without: { type: 'string' },
    /** A file for the whole log. */
    log: { type: 'string' },
  },
});

const first = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
const without = values.without as RuleName | undefined;
if (without !== undefined && !(without in rules)) throw new Error(`Rules are: ${Object.keys(rules).join(', ')}.`);
if (values.profile !== undefined && !profiles.includes(values.profile as Profile)) {
  throw new Error(`Profiles are: ${profiles.join(', ')}.`);
}

const clean = temporary();
const postgres = await startOwnPostgres();
const workDir = await makeDirectory();
try {
  for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
    const profile = (values.profile as Profile | undefined) ?? (without ? rules[without].profile : profiles[seed % 3]);
    const cluster = { url: postgres.url, template, restart: postgres.restart };
    const chosen = { seed, steps: Number(values.steps), profile: profile ?? 'everything', cluster, workDir };
    const patience = without && { patienceMs: 8_000 };
    const report = await simulate({
      ...chosen,
      ...(without && { without, until: rules[without].reports, favours: rules[without].favours }),
      ...patience,
    });
    if (values.log !== undefined) await writeFile(values.log, report.log.join('\n'));
    console.log(lineOf(report, chosen.profile));
    if (report.faults.length === 0) continue;
    console.log(problemOf(report));
    process.exitCode = 1;
  }
} finally {
  await postgres.stop();
  await clean();
}

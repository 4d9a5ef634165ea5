/** The simulation itself is tested: with a rule removed it must report what that rule keeps from happening. */
import { randomInt } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../support/directory.ts';
import { problemOf } from './report.ts';
import { type RuleName, removeRule, rules } from './rules.ts';
import { simulate } from './simulate.ts';

/** Each is seen much sooner; the order in which things happen is not the seed's alone. */
const stepsMax = 4_000;
/** Healthy hosts need a fraction of this. */
const patienceMs = 6_000;

test.for(Object.keys(rules) as RuleName[])(
  'without "%s" a fault is reported',
  { timeout: 240_000 },
  async (without) => {
    const seed = randomInt(1_000_000);
    const { profile, favours, reports } = rules[without];
    const cluster = { url: inject('clusterUrl'), template: inject('template') };
    const workDir = await temporaryDirectory(onTestFinished);
    const told = `npm run simulate -- --seed ${seed} --steps ${stepsMax} --without ${without}`;
    const chosen = { seed, steps: stepsMax, profile, favours, without, until: reports };
    const report = await simulate({ ...chosen, cluster, workDir, patienceMs });
    const kinds = report.faults.map(({ kind }) => kind);
    expect(
      reports.some((kind) => kinds.includes(kind)),
      `${told}\n${problemOf(report)}`,
    ).toBe(true);
  },
);

test('a rule that is not where it is looked for is not removed in silence', async () => {
  const { edits } = rules.sweep;
  const kept = edits.splice(0, 1, ['host/sweep.sql', 'no such text', '']);
  onTestFinished(() => void edits.splice(0, 1, ...kept));
  await expect(removeRule('sweep', async () => {})).rejects.toThrow('rule sweep is kept in another way now');
});

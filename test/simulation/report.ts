/** A simulation's outcome in words. */
import type { Report } from './simulate.ts';
import { faultKinds } from './world.ts';

/** How much of the log is told. */
const storyLinesMax = 80;

/** One line: what happened, and how it went. */
export function lineOf({ seed, steps, faults, commands, decisions, longestRecoveryMs, runs }: Report, profile: string) {
  const [lost, twice] = [commands.filter(({ state }) => state === 'lost').length, count(faults, 'started_twice')];
  const deaths = total(decisions, ['kill', 'killBoth', 'vanish', 'killCompanion']);
  const { freeze = 0, restart = 0, drain = 0 } = decisions;
  const failures = total(decisions, ['failQuery', 'failCall', 'drop']);
  return [
    `seed ${seed} (${profile}): ${steps} steps, ${commands.length} commands, ${runs} started, ${lost} lost, ${twice} twice`,
    `${count(faults, 'missing')} missing; ${deaths} deaths, ${drain} drains, ${freeze} freezes, ${restart} restarts`,
    `${failures} failures; longest recovery ${(longestRecoveryMs / 1000).toFixed(1)} s; ${faults.length} faults`,
  ].join(', ');
}

/** What is wrong, and the log around it. */
export function problemOf({ faults, story }: Report): string {
  const told = faults.slice(0, 10).map(({ kind, detail }) => `  ${faultKinds[kind]} (${kind}): ${detail}`);
  return [...told, ...story.slice(-storyLinesMax).map((line) => `    ${line}`)].join('\n');
}

function count(faults: Report['faults'], kind: string): number {
  return faults.filter((fault) => fault.kind === kind).length;
}

function total(decisions: Record<string, number>, kinds: string[]): number {
  return kinds.reduce((sum, kind) => sum + (decisions[kind] ?? 0), 0);
}

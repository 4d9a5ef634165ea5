/**
 * The rules of the house without which the promises do not hold, each removed by a change to the SQL that keeps it: so
 * the simulation is shown to see what it is there for. Where several lines keep one rule, all of them go.
 */
import { readFile } from 'node:fs/promises';
import { commandRules } from './commandRules.ts';
import { hostRules } from './hostRules.ts';
import type { Rule } from './rule.ts';

export const rules = { ...commandRules, ...hostRules };
export type RuleName = keyof typeof rules;

/** Replaces the functions that keep the rule. Throws where a text is not found: the rule is then kept elsewhere. */
export async function removeRule(name: RuleName, run: (text: string) => Promise<unknown>): Promise<void> {
  const { edits, statements = [] }: Rule = rules[name];
  const files = new Map<string, string>();
  for (const [file, from, to] of edits) {
    const text = files.get(file) ?? (await readFile(new URL(`../../sql/${file}`, import.meta.url), 'utf8'));
    if (!text.includes(from)) throw new Error(`sql/${file} has no "${from}": rule ${name} is kept in another way now.`);
    files.set(file, text.replaceAll(from, to));
  }
  for (const text of [...files.values(), ...statements]) await run(text);
}

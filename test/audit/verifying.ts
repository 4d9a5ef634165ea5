/** Runs the verifier over the lines of a bundle. */
import type { Verifier } from '../../audit/keys.ts';
import type { Report } from '../../audit/report.ts';
import { Verification } from '../../audit/verify.ts';

/** Verifies lines given as objects or as texts. */
export function verified(lines: readonly (object | string)[], verifiers: Verifier[], seen?: string): Report {
  const verification = new Verification({ verifiers, seen });
  for (const line of lines) verification.read(typeof line === 'string' ? line : JSON.stringify(line));
  return verification.finish();
}

/** What a report says in short: integrity, completeness, and the first event in doubt. */
export function verdictOf({ integrity, completeness, first_broken }: Report): [string, string, number | null] {
  return [integrity, completeness, first_broken?.seq ?? null];
}

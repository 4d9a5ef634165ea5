/** The rules as settings: `LIMPET_REDACT` names those that come with limpet, `LIMPET_REDACT_OWN` has one's own. */
import { z } from 'zod';
import { parseOwnRules, parseRules, type Rule } from './rules.ts';

/** Both, as they stand among others. */
export const redactionSettings = {
  LIMPET_REDACT: z.string().transform(parsedBy(parseRules)).optional(),
  LIMPET_REDACT_OWN: z.string().transform(parsedBy(parseOwnRules)).optional(),
};

/** All rules that they name. */
export function rulesOf(settings: {
  LIMPET_REDACT?: Rule[] | undefined;
  LIMPET_REDACT_OWN?: Rule[] | undefined;
}): Rule[] {
  return [...(settings.LIMPET_REDACT ?? []), ...(settings.LIMPET_REDACT_OWN ?? [])];
}

function parsedBy(parse: (text: string) => Rule[]) {
  return (text: string, context: z.RefinementCtx): Rule[] => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue((error as Error).message);
      return z.NEVER;
    }
  };
}

/** What is said of a value that is above a limit: the same everywhere, with the limit's name. SQL says it in the same words. */
import { limits } from '../sql/contract.ts';

export type LimitName = keyof typeof limits;

/** The sentence, without a full stop. `each`: what one of `unit` is, where the limit counts smaller ones. */
export function aboveLimit(name: LimitName, unit: string, each = 1): string {
  return `Above the limit "${name}" of ${limits[name] / each} ${unit}`;
}

/**
 * Expressions of one's own, in a part of JavaScript's syntax that no text can make slow: characters, sets, `\d \w \s`, `\b`, and `?`, `{n}` and
 * `{n,m}` behind one of them. There are no groups, no alternatives and no `*` or `+`. What may be there more often than it must is followed by
 * something that it cannot be itself, so there is one way to read a text, and nothing to go back to.
 */
import type { Rule } from './rules.ts';

const expressionLengthMax = 256;
/** Of one expression: as long as any token, and far below what is read around what is shown. */
const foundLengthMax = 1024;
/** A shorter text would be found in too much that is no secret. */
const foundLengthMin = 4;
/** So many fixed characters at its start tell that it has begun. */
const tellingLengthMin = 3;

interface Item {
  source: string;
  min: number;
  max: number;
  characters: Set<number>;
}

const itemSyntax =
  /(\\[dwsDWS]|\\[^\sA-Za-z0-9]|\[\^?(?:\\[dws]|\\[^\sA-Za-z0-9]|[^\]\\[])+\]|[^\\[\](){}|*+?^$])(\?|\{\d{1,4}(?:,\d{1,4})?\})?|\\b/y;

/** The rule of an expression. Throws a phrase that says what is wrong with it, and not how it reads. */
export function ownRule(name: string, expression: string): Rule {
  if (expression.length > expressionLengthMax) throw new Error(`it is longer than ${expressionLengthMax} characters`);
  if (!/^[ -~]+$/.test(expression)) throw new Error('it has other characters than printable ASCII');
  const items = itemsOf(expression);
  const [min, max] = [sum(items.map((item) => item.min)), sum(items.map((item) => item.max))];
  if (min < foundLengthMin) throw new Error(`it would find texts of fewer than ${foundLengthMin} characters`);
  if (max > foundLengthMax) throw new Error(`it would find texts of more than ${foundLengthMax} characters`);
  requireOneReading(items);
  const fixed = fixedStart(items);
  const begun = fixed.length >= tellingLengthMin && new RegExp(`${fixed.join('')}\\S{0,${max}}$`);
  return { name, whole: new RegExp(expression, 'g'), ...(begun && { begun }) };
}

function itemsOf(expression: string): Item[] {
  const items: Item[] = [];
  itemSyntax.lastIndex = 0;
  while (itemSyntax.lastIndex < expression.length) {
    const at = itemSyntax.lastIndex;
    const [, source, times] =
      itemSyntax.exec(expression) ?? fail(`character ${at + 1} is not of the part of the syntax that is taken`);
    if (source !== undefined) items.push({ source, ...timesOf(times), characters: charactersOf(source) });
  }
  return items;
}

function timesOf(times: string | undefined): { min: number; max: number } {
  if (times === undefined) return { min: 1, max: 1 };
  if (times === '?') return { min: 0, max: 1 };
  const [min = 0, max = min] = times.slice(1, -1).split(',').map(Number);
  return { min, max };
}

function charactersOf(source: string): Set<number> {
  const one = compiled(`^(?:${source})$`);
  return new Set(Array.from({ length: 256 }, (_, code) => code).filter((code) => one.test(String.fromCharCode(code))));
}

/** Throws where what follows an item of several lengths could be taken for more of it. */
function requireOneReading(items: Item[]): void {
  for (const [index, item] of items.entries()) {
    if (item.min === item.max) continue;
    for (const next of items.slice(index + 1)) {
      if ([...next.characters].some((code) => item.characters.has(code))) {
        throw new Error(`part ${index + 1} may be there more or less often, and what follows it could be more of it`);
      }
      if (next.min > 0) break;
    }
  }
}

/** The characters, escaped as they are in the expression, with which every text begins that it finds. */
function fixedStart(items: Item[]): string[] {
  const end = items.findIndex(({ min, max, characters }) => min !== max || characters.size !== 1);
  return (end < 0 ? items : items.slice(0, end)).flatMap(({ source, min }) => Array<string>(min).fill(source));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(source, 's');
  } catch {
    return fail('a set in it is none');
  }
}

function fail(message: string): never {
  throw new Error(message);
}

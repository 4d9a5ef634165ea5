/**
 * What is kept out of answers: rules that each know one kind of secret by its looks. They are for what comes in by chance, a key in an
 * error message or a password in an address; a command that means to print a secret has ways that no rule sees. Off unless the edge is told
 * which to apply: a program that reads a command's output relies on its being exactly what was written.
 *
 * A rule reads texts of which a character is a byte, in time that grows with their length alone: no expression has two ways to read the
 * same text. `whole` is what it looks for. Of a text that goes on where it is cut, `begun` is how its beginning looks, at the very end, and
 * `ending` its rest, at the very start.
 */
import { ownRule } from './expression.ts';

/** What a kind of secret looks like: whole, cut at its end, and cut at its beginning. */
export interface Rule {
  name: string;
  whole: RegExp;
  begun?: RegExp;
  ending?: RegExp;
}

/** The longest text that a rule finds: so much more is read on both sides of what is shown. */
export const matchLengthMax = 8 * 1024;

const pemBody = '(?:[^-]|-(?!----)){0,8000}';
const pemEnd = '-----END [A-Z ]{0,32}PRIVATE KEY-----';

/** All that come with limpet, in the order in which they are told. */
export const builtIn: readonly Rule[] = [
  {
    name: 'private-key',
    whole: new RegExp(`-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----${pemBody}${pemEnd}`, 'g'),
    begun: new RegExp(`-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----${pemBody}(?:-----[A-Z ]{0,48}-{0,4})?$`),
    ending: new RegExp(`^${pemBody}${pemEnd}`),
  },
  { name: 'limpet-key', whole: /\blp_[0-9a-z]{1,32}_[\w-]{16,256}/g, begun: /\blp_[0-9a-z]{0,32}(?:_[\w-]{0,15})?$/ },
  { name: 'aws-key', whole: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, begun: /\b(?:AKIA|ASIA)[A-Z0-9]{0,16}$/ },
  {
    name: 'aws-secret',
    whole: /(?<=aws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?)[\w/+=]{40}/gi,
    begun: /(?<=aws_secret_access_key["']?\s{0,4}[=:]\s{0,4}["']?)[\w/+=]{1,40}$/i,
  },
  {
    name: 'github-token',
    whole: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})/g,
    begun: /\b(?:gh[pousr]_[A-Za-z0-9]{0,35}|github_pat_\w{0,21})$/,
  },
  { name: 'google-key', whole: /\bAIza[\w-]{35}/g, begun: /\bAIza[\w-]{0,34}$/ },
  { name: 'slack-token', whole: /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}/g, begun: /\bxox[abeoprs]-[A-Za-z0-9-]{0,9}$/ },
  {
    name: 'stripe-key',
    whole: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/g,
    begun: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{0,15}$/,
  },
  {
    name: 'jwt',
    whole: /\beyJ[\w-]{8,2048}\.eyJ[\w-]{8,4096}\.[\w-]{8,1024}/g,
    begun: /\beyJ[\w-]{8,2048}(?:\.(?:e(?:y(?:J[\w-]{0,4096}(?:\.[\w-]{0,8})?)?)?)?)?$/,
  },
  {
    name: 'bearer',
    whole: /(?<=\bBearer )[\w.~+/=-]{16,4096}/gi,
    begun: /(?<=\bBearer )[\w.~+/=-]{1,15}$/i,
  },
  {
    name: 'url-password',
    whole: /(?<=:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,256}(?=@)/g,
    // A port looks like the beginning of a password.
    begun: /(?<=:\/\/[^\s/:@]{0,256}:)(?!\d{1,5}$)[^\s/@]{1,256}$/,
  },
];

/** The rules of `all`, or of names between commas. Throws a phrase. */
export function parseRules(text: string): Rule[] {
  if (text.trim() === 'all') return [...builtIn];
  return text.split(',').map((part) => {
    const rule = builtIn.find(({ name }) => name === part.trim());
    if (rule === undefined) throw new Error(`must be "all", or some of ${builtIn.map(({ name }) => name).join(', ')}`);
    return rule;
  });
}

/** Rules of one's own, `NAME=EXPRESSION`, one a line. Throws a phrase that tells the line's number and nothing of it. */
export function parseOwnRules(text: string): Rule[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index) => {
    if (line === '') return [];
    const [, name, expression = ''] = /^([a-z0-9-]{1,32})=(.+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`must be NAME=EXPRESSION, one a line; line ${index + 1} is not`);
    try {
      return [ownRule(name, expression)];
    } catch (error) {
      throw new Error(`has an expression that cannot be used in line ${index + 1}: ${(error as Error).message}`);
    }
  });
}

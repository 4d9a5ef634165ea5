/** The secrets of a session on its host: opened for its shells, and kept out of what is recorded of them. */
import { type SealKeys, secretsPlace, unseal } from '../sql/contract.ts';
import type { AdoptedSession } from '../sql/host.ts';
import { ShellOpenError } from './shell/index.ts';

/** Values by their names, as the shell has them. */
export type Secrets = ReadonlyMap<string, string>;
export const noSecrets: Secrets = new Map();

/** Opens them. Throws ShellOpenError where this host has not the key: a shell without them would be another than was asked for. */
export async function openSecrets(
  keys: SealKeys | undefined,
  { session_id, secrets }: Pick<AdoptedSession, 'session_id' | 'secrets'>,
): Promise<Secrets> {
  if (secrets === null) return noSecrets;
  if (keys === undefined) throw new ShellOpenError('this host has no encryption key, and the session has secrets');
  try {
    const opened = await unseal(keys, new Uint8Array(Buffer.from(secrets, 'base64')), secretsPlace(session_id));
    return new Map(Object.entries(JSON.parse(Buffer.from(opened).toString()) as Record<string, string>));
  } catch (error) {
    throw new ShellOpenError(`the session's secrets could not be opened: ${(error as Error).message}`);
  }
}

/** Lines of a secret that are shorter than this are found in too much that is none. */
const lineLengthMin = 8;

/**
 * A state without what has a secret in it: the variables themselves, which the next shell is given anew, and whatever else holds the
 * value, another variable or a function. bash writes values with backslashes or as $'…': they are compared without either, line by line.
 */
export function withoutSecrets(state: Uint8Array, secrets: Secrets): Uint8Array {
  if (secrets.size === 0) return state;
  const lines = [...secrets.values()]
    .flatMap((value) => [value, ...value.split('\n')])
    .filter((line) => line.length >= lineLengthMin);
  const marks = lines.map((line) => plain(Buffer.from(line).toString('latin1')));
  const parts = Buffer.from(state).toString('latin1').split('\0').slice(0, -1);
  const kept = parts.filter((part) => {
    const name = /^declare -[-\w]+ (\w+)(?:=|$)/.exec(part)?.[1];
    const text = plain(part);
    return !(name !== undefined && secrets.has(name)) && !marks.some((mark) => text.includes(mark));
  });
  return Buffer.from(kept.map((part) => `${part}\0`).join(''), 'latin1');
}

/** Without what quoting adds or takes away: both sides are made so, and then have the same text. */
function plain(text: string): string {
  return (
    text
      .replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
      .replaceAll(/\\[abeEfnrtv]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: bash writes them as escapes
      .replaceAll(/[\\'"\u0000-\u001f\u007f]/g, '')
  );
}

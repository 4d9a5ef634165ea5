/**
 * Where the API is and by which key.
 */
import { readFile } from 'node:fs/promises';
import type { ClientEnvironment } from './env.ts';
import { UsageError } from './problem.ts';

/** Where the API is, and by which key it is asked. */
export type Connection = {
  /** Without a slash at its end. */
  url: string;
  key: string;
};

/** What the command line says of them. */
export type ConnectionFlags = { url?: string; keyFile?: string };

const defaultUrl = 'http://127.0.0.1:8787';
const howToGetOne =
  'Set LIMPET_KEY, or name a file that holds it with --key-file. `limpet up` prints a first key once; ' +
  'on its machine `export LIMPET_KEY="$(limpet keys create)"` makes another.';

/**
 * The address and the key: from the flags, else from the environment. A key is never taken from an argument, which every
 * user of the machine can read. Throws a sentence when there is no key, or the address is none.
 */
export async function findConnection(flags: ConnectionFlags, environment: ClientEnvironment): Promise<Connection> {
  const key = await findKey(flags, environment);
  if (key === undefined) throw new UsageError(`There is no key. ${howToGetOne}`);
  return { url: findUrl(flags, environment), key };
}

/** The key, or undefined where none is given. Throws a sentence when the file that is to hold it cannot be used. */
async function findKey({ keyFile }: ConnectionFlags, environment: ClientEnvironment): Promise<string | undefined> {
  const key = keyFile === undefined ? environment.LIMPET_KEY?.trim() : await readKey(keyFile);
  // A header can carry no other characters, and an error about one would show the key.
  if (key !== undefined && !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key))
    throw new UsageError('The key holds characters that no key has.');
  return key;
}

async function readKey(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The key file ${file} cannot be read (${error.code}).`);
  });
  if (text.trim() === '') throw new UsageError(`The key file ${file} is empty.`);
  return text.trim();
}

function findUrl({ url: flag }: ConnectionFlags, { LIMPET_URL }: ClientEnvironment): string {
  const url = flag ?? LIMPET_URL ?? defaultUrl;
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError(`${flag ? '--url' : 'LIMPET_URL'} must be an address such as ${defaultUrl}.`);
  return url.replace(/\/+$/, '');
}

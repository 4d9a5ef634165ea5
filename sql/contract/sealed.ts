/**
 * Sealed bytes: AES-256-GCM under a key that Postgres never sees, by what workerd and Node both have. What is sealed names its key, so
 * that keys can follow one another, and is bound to its place: moved elsewhere in the database it no longer opens.
 */
import { z } from 'zod';

/** Keys by name; the first one seals, all of them open. */
export type SealKeys = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** What is sealed cannot be opened here: its key is not known, or it was altered or moved. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const version = 1;
const keyBytes = 32;
const nonceBytes = 12;
const nameFormat = /^[A-Za-z0-9._-]{1,64}$/;
const tagBytes = 16;
const encoder = new TextEncoder();

/**
 * The keys of `NAME:BASE64,NAME:BASE64…`, each of 32 bytes (`openssl rand -base64 32`). Throws a phrase without any key in it.
 */
export function parseSealKeys(text: string): SealKeys {
  const keys = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.trim().split(':');
    const bytes = /^[A-Za-z0-9+/]+=*$/.test(value)
      ? Uint8Array.from(atob(value), (one) => one.charCodeAt(0))
      : undefined;
    if (!nameFormat.test(name) || bytes?.length !== keyBytes || keys.has(name)) {
      throw new Error('must be NAME:KEY,NAME:KEY…, each KEY 32 bytes in base64 and each NAME another');
    }
    keys.set(name, bytes);
  }
  return keys;
}

/** The same as a setting. */
export const SealKeysText = z.string().transform((text, context) => {
  try {
    return parseSealKeys(text);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});

/** Whether settings that say to seal what is stored have the key for it. */
export function hasNeededKey(settings: { LIMPET_ENCRYPT: boolean; LIMPET_ENCRYPTION_KEYS?: SealKeys | undefined }) {
  return !settings.LIMPET_ENCRYPT || settings.LIMPET_ENCRYPTION_KEYS !== undefined;
}
/** What is said of those that have not. */
export const keyNeeded = {
  path: ['LIMPET_ENCRYPT'] as PropertyKey[],
  error: 'needs a key: set LIMPET_ENCRYPTION_KEYS, too',
};

/** Seals bytes for `place`, under the first key. Every call has a nonce of its own. */
export async function seal(
  keys: SealKeys,
  bytes: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const [[name, key] = []] = keys;
  if (name === undefined || key === undefined) throw new SealError('There is no key to seal with.');
  const head = Uint8Array.of(
    version,
    name.length,
    ...encoder.encode(name),
    ...crypto.getRandomValues(new Uint8Array(nonceBytes)),
  );
  const sealed = await crypto.subtle.encrypt(cipherOf(head, place), await imported(key), bytes);
  const all = new Uint8Array(head.length + sealed.byteLength);
  all.set(head);
  all.set(new Uint8Array(sealed), head.length);
  return all;
}

/** Opens what was sealed for `place`. Throws SealError where it cannot. */
export async function unseal(
  keys: SealKeys,
  sealed: Uint8Array<ArrayBuffer>,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const headLength = 2 + (sealed[1] ?? 0) + nonceBytes;
  if (sealed[0] !== version || sealed.length < headLength)
    throw new SealError('These bytes are not sealed by this version.');
  const name = new TextDecoder().decode(sealed.subarray(2, headLength - nonceBytes));
  const key = keys.get(name);
  if (key === undefined)
    throw new SealError(`The encryption key "${name.replaceAll(/[^\w.-]/g, '?')}" is not known here.`);
  try {
    const cipher = cipherOf(sealed.slice(0, headLength), place);
    return new Uint8Array(await crypto.subtle.decrypt(cipher, await imported(key), sealed.slice(headLength)));
  } catch {
    throw new SealError('What was sealed was altered, or belongs elsewhere.');
  }
}

/** The key's name is attested, too: with the place it is what must be the same again. */
function cipherOf(head: Uint8Array<ArrayBuffer>, place: string) {
  const additionalData = Uint8Array.of(...head, ...encoder.encode(place));
  return { name: 'AES-GCM', iv: head.slice(-nonceBytes), additionalData };
}

/** Imported once each: pieces of output are many. */
const importedKeys = new WeakMap<Uint8Array, Promise<CryptoKey>>();

function imported(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const known = importedKeys.get(key) ?? crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
  importedKeys.set(key, known);
  return known;
}

/** Sealed bytes whose ciphertext, as long as they, is kept apart from what opens it: so SQL counts it as it counts any. */
export interface Apart {
  data: Uint8Array<ArrayBuffer>;
  /** The key's name, the nonce and the tag. */
  seal: Uint8Array<ArrayBuffer>;
}

/** As `seal`, in two parts. */
export async function sealApart(keys: SealKeys, bytes: Uint8Array<ArrayBuffer>, place: string): Promise<Apart> {
  const all = await seal(keys, bytes, place);
  const headLength = all.length - bytes.length - tagBytes;
  const apart = new Uint8Array(headLength + tagBytes);
  apart.set(all.subarray(0, headLength));
  apart.set(all.subarray(all.length - tagBytes), headLength);
  return { data: all.slice(headLength, all.length - tagBytes), seal: apart };
}

/** Opens what sealApart made. Throws SealError where it cannot. */
export async function unsealApart(
  keys: SealKeys,
  { data, seal }: Apart,
  place: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const headLength = Math.max(0, seal.length - tagBytes);
  const all = new Uint8Array(seal.length + data.length);
  all.set(seal.subarray(0, headLength));
  all.set(data, headLength);
  all.set(seal.subarray(headLength), headLength + data.length);
  return await unseal(keys, all, place);
}

/**
 * Ed25519 keys as texts, in the encoding that signed notes are used with: `NAME+ID+KEY` for who verifies and
 * `PRIVATE+KEY+NAME+ID+SEED` for who signs. ID is eight hexadecimal digits, the rest base64 with the algorithm's byte in front.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sha256, utf8 } from './bytes.ts';

/** Ed25519 among the signature types of c2sp.org/signed-note. */
const ed25519 = 1;
const keyBytes = 32;
/** DER of what stands before the 32 bytes of a key (RFC 8410). */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A public key under the name that its notes carry. */
export interface Verifier {
  name: string;
  /** The first four bytes of a hash over name and key, in hex. */
  id: string;
  key: KeyObject;
  /** The key as a text. */
  text: string;
}

/** A private key. `text` is the secret. */
export interface Signer {
  verifier: Verifier;
  key: KeyObject;
  text: string;
}

/** Makes a key. `name` may have neither spaces nor `+`. */
export function generateSigner(name: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signerOf(name, privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privatePrefix.length));
}

/** Reads a private key. Throws a sentence that does not repeat it. */
export function parseSigner(text: string): Signer {
  const [, name = '', id, encoded = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? [];
  const signer = signerOf(name, keyOf(encoded));
  if (signer.verifier.id !== id) throw new Error('This is no private key for notes: its id is not that of its key.');
  return signer;
}

/** Reads a public key. Throws a sentence. */
export function parseVerifier(text: string): Verifier {
  const [, name = '', id, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? [];
  const verifier = verifierOf(name, keyOf(encoded));
  if (verifier.id !== id) throw new Error('This is no public key for notes: its id is not that of its key.');
  return verifier;
}

/** True for a text that a public key's text may be. */
export function looksLikeVerifier(text: string): boolean {
  return /^[^+]+\+[0-9a-f]{8}\+/.test(text.trim());
}

function keyOf(encoded: string): Buffer {
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 1 + keyBytes || bytes[0] !== ed25519) {
    throw new Error('This is no Ed25519 key for notes (NAME+ID+KEY, or PRIVATE+KEY+NAME+ID+SEED).');
  }
  return bytes.subarray(1);
}

function signerOf(name: string, seed: Buffer): Signer {
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const exported = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const verifier = verifierOf(name, exported.subarray(publicPrefix.length));
  return { verifier, key, text: `PRIVATE+KEY+${name}+${verifier.id}+${encode(seed)}` };
}

function verifierOf(name: string, bytes: Buffer): Verifier {
  if (!isKeyName(name)) throw new Error('The name of a key may have neither spaces nor "+".');
  const id = sha256(utf8(`${name}\n`), Uint8Array.of(ed25519), bytes).toString('hex', 0, 4);
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' });
  return { name, id, key, text: `${name}+${id}+${encode(bytes)}` };
}

/** True for what may name a key. */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);
}

function encode(bytes: Buffer): string {
  return Buffer.concat([Uint8Array.of(ed25519), bytes]).toString('base64');
}

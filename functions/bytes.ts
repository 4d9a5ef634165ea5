/** Bytes and their spellings, with what both workerd and Node have. */

const encoder = new TextEncoder();

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** True where a text needs more than `bytesMax` bytes in UTF-8. A short text is known without encoding it. */
export function exceedsBytes(text: string, bytesMax: number): boolean {
  return text.length * 3 > bytesMax && utf8(text).length > bytesMax;
}

/** The bytes that were sent as the value of a header: where it holds more than ASCII, they arrive as one character a byte. */
export function headerBytes(value: string): Uint8Array<ArrayBuffer> {
  const codes = Array.from(value, (character) => character.charCodeAt(0));
  return codes.every((code) => code <= 0xff) ? Uint8Array.from(codes) : utf8(value);
}

/** SHA-256 of bytes, 32 bytes. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Several pieces of bytes as one. */
export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Decodes base64; line breaks in it, which Postgres makes, do not matter. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Base64 with padding, as Postgres decodes it. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Base64 for URLs and keys, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  const binary = String.fromCharCode(...bytes);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Postgres' hex form of bytes. */
export function toBytea(bytes: Uint8Array): string {
  return `\\x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Decodes Postgres' hex form of bytea, `\x` and two digits a byte. */
export function fromBytea(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((text.length - 2) / 2);
  for (let index = 0, at = 2; index < bytes.length; index += 1, at += 2) {
    bytes[index] = (nibble(text.charCodeAt(at)) << 4) | nibble(text.charCodeAt(at + 1));
  }
  return bytes;
}

/** Value of one lower-case hexadecimal digit, which is all that Postgres writes. */
function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

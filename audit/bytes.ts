/** Bytes as they are hashed: fields with their length before them, integers in big-endian order. */
import { hash } from 'node:crypto';

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: Uint8Array[]): Buffer {
  return hash('sha256', parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts), 'buffer');
}

/** A field: its length in four bytes, then its bytes, so that no two lists of fields are alike. */
export function prefixed(field: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + field.length);
  bytes.writeInt32BE(field.length);
  bytes.set(field, 4);
  return bytes;
}

/** A signed integer of eight bytes. */
export function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

/** The sixteen bytes of a UUID. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** A text in UTF-8. */
export function utf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

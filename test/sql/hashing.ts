/** The record's hashes as its documentation has them, written apart from the SQL and from the verifier that are tested by it. */
import { createHash } from 'node:crypto';

/** Of all parts, one behind the other. */
export const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** Of fields, each behind its length, for one purpose. */
export function hashOf(purpose: string, fields: Buffer[]): Buffer {
  return sha256(Buffer.from(`${purpose}\0`), ...fields.map(prefixed));
}

export const uuid = (text: string) => Buffer.from(text.replaceAll('-', ''), 'hex');

export function int64(value: bigint | string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}

function prefixed(field: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(field.length);
  return Buffer.concat([length, field]);
}

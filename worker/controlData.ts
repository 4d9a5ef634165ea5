/** What a control carries. */
import type { Control } from '../sql/host.ts';

/** The bytes of a control; none where it has none. */
export function bytesOf({ data }: Control): Uint8Array {
  return Buffer.from(data ?? '', 'base64');
}

/** The value of a control whose data is JSON, as the edge checked it. */
export function readJson<Value>(control: Control): Value {
  return JSON.parse(new TextDecoder().decode(bytesOf(control))) as Value;
}

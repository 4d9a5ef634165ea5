/** Ids are made at the edge, so that a call whose answer was lost can be repeated and a waiter can be registered before it. */

const pattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A fresh UUIDv7: 48 bits of time in ms, then 74 random ones. Source: RFC 9562, section 5.7. */
export function uuidv7(nowMs = Date.now()): string {
  const time = nowMs.toString(16).padStart(12, '0');
  // A UUIDv4 has the random bits where a UUIDv7 has them, and runtimes make it from random bytes that they keep ready.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

/** True for the text of a UUID of any version. */
export function isUuid(text: string): boolean {
  return pattern.test(text);
}

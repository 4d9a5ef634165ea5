/**
 * Lets go of buffers that nobody has any more. V8 counts what lies outside its heap, as buffers do, and does nothing about it before there
 * are 64 MiB of it: a command that writes without end would have the host keep as much. A collection of what is young takes about a
 * millisecond and finds most of it; what has outlived two of these counts as old, and needs a whole one, of some ten milliseconds.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const bytesBetween = 8 * 1024 * 1024;
const minorsBetween = 8;
/** The driver copies what it sends: of each byte so many are left. */
const leftOfSent = 4;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;
let left = 0;
let minors = 0;

/** So many bytes of output were read. */
export function bytesRead(count: number): void {
  left += count;
  if (left < bytesBetween) return;
  left = 0;
  minors = (minors + 1) % minorsBetween;
  collect({ type: minors === 0 ? 'major' : 'minor' });
}

/** So many were sent to Postgres. */
export function bytesSent(count: number): void {
  bytesRead(count * leftOfSent);
}

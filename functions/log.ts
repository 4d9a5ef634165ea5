import type { Log } from '../sql/contract.ts';

/** A `Log` that gives one JSON line an event to `write`. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, event, fields = {}) =>
    write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
}

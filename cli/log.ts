/** The log: one JSON line an event on stderr, `{level, time, event, …}`, and never a secret. */
import pino from 'pino';
import type { Log } from '../sql/contract.ts';
import type { LogLevel } from './env.ts';

const hidden = '[hidden]';
/** Fields whose value is never written, at any depth. `key_id` is an id and does not match. */
const secretName = /(key|secret|password|token|authorization|cookie|url|connection_?string)s?$/i;
/** What would give a secret away inside a text, as in an error's message: keys, and passwords in connection strings. */
const secretText = /\blp_[0-9a-z]+_[\w-]+|(?<=:\/\/)[^\s/@]+(?=@)/gi;

/** `write` receives each line, for tests; without it they go to stderr, at once, so that none is lost in a crash. */
export function createLog(level: LogLevel, write?: (line: string) => void): Log {
  const destination = write ? { write } : pino.destination({ dest: 2, sync: true });
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  const logger = pino(options, destination);
  return (eventLevel, event, fields = {}) => {
    if (logger.isLevelEnabled(eventLevel)) logger[eventLevel]({ event, ...(hideSecrets(fields) as object) });
  };
}

/** The same value without secrets: by the names of fields, and by what secrets look like inside texts. */
export function hideSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(secretText, hidden);
  if (value instanceof Error) return hideSecrets(value.message);
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  const pairs = Object.entries(value).map(([name, inner]) => [
    name,
    secretName.test(name) && inner !== undefined ? hidden : hideSecrets(inner),
  ]);
  return Object.fromEntries(pairs);
}

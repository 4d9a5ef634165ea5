/** The options of a key's limits, for `limpet keys create` and `limpet keys change`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { KeyLimits } from '../client/index.ts';

/** commander takes no null from a parser. */
type Or<Value> = Value | 'none';
export type LimitFlags = {
  openSessions?: Or<number>;
  queued?: Or<number>;
  perMinute?: Or<number>;
  outputPerDay?: Or<number>;
  timeoutMax?: string;
  allow?: Or<string[]>;
  deny?: Or<string[]>;
};

const units: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Adds them. */
export function limitOptions(command: Command): Command {
  return command
    .option('--open-sessions <n>', 'how many sessions it may have open, or "none" for no limit of its own', count)
    .option('--queued <n>', 'how many of its commands may wait', count)
    .option('--per-minute <n>', 'how many commands a minute it may send', count)
    .option('--output-per-day <bytes>', 'how much of what its commands write is stored a day: 500M, 2G', bytes)
    .option('--timeout-max <duration>', 'how long a command may run: 90s, 10m')
    .option('--allow <names>', 'the only executables that its commands may name: ls,cat,git', names)
    .option('--deny <names>', 'executables that its commands may not name', names);
}

/** The same as the API takes it; null where the flag says "none". */
export function limitsOf(flags: LimitFlags): KeyLimits {
  const { openSessions, queued, perMinute, outputPerDay, timeoutMax, allow, deny } = flags;
  const quotas = {
    ...(openSessions !== undefined && { open_sessions: nullFor(openSessions) }),
    ...(queued !== undefined && { queued_commands: nullFor(queued) }),
    ...(perMinute !== undefined && { commands_per_minute: nullFor(perMinute) }),
    ...(outputPerDay !== undefined && { output_bytes_per_day: nullFor(outputPerDay) }),
  };
  return {
    ...(Object.keys(quotas).length > 0 && { quotas }),
    ...(timeoutMax !== undefined && { timeout_max: nullFor(timeoutMax) }),
    ...(allow !== undefined && { allow: nullFor(allow) }),
    ...(deny !== undefined && { deny: nullFor(deny) }),
  };
}

/** "none" takes a limit away. */
export function nullFor<Value>(value: Or<Value>): Value | null {
  return value === 'none' ? null : (value as Value);
}

function count(text: string): Or<number> {
  if (text === 'none') return text;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on, or "none".');
  return Number(text);
}

function bytes(text: string): Or<number> {
  if (text === 'none') return text;
  const [, number, unit = ''] = /^([1-9]\d{0,8})([KMGT]?)$/.exec(text) ?? [];
  if (number === undefined)
    throw new InvalidArgumentError('It must be a number of bytes, such as 500M or 2G, or "none".');
  return Number(number) * (units[unit] ?? 1);
}

function names(text: string): Or<string[]> {
  return text === 'none' ? text : text.split(',').filter((name) => name !== '');
}

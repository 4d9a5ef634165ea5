/** The keys of shelld's config file, with shelld's defaults. What is empty means the default, as it does there. */
import { z } from 'zod';
import { parseGoDuration } from '../../functions/durations.ts';
import { limits } from '../../sql/contract.ts';

const durationMessage = 'must be a duration like "30s" or "1h30m"';
/** `mostMs` where a longer one would be no limit at all. */
const duration = (leastMs: number, mostMs?: number) =>
  z
    .string(durationMessage)
    .transform((text, context) => {
      if (text === '') return undefined;
      const ms = parseGoDuration(text);
      if (ms !== undefined && ms >= leastMs && ms <= (mostMs ?? ms)) return Math.ceil(ms);
      const range = mostMs === undefined ? `at least ${leastMs} ms` : `${leastMs} ms to ${mostMs / 3_600_000} h`;
      context.addIssue({
        code: 'custom',
        message: ms === undefined ? durationMessage : `must be a duration of ${range}`,
      });
      return z.NEVER;
    })
    .optional();
const text = z
  .string('must be a text')
  .transform((value) => value || undefined)
  .optional();
const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: (issue) => (issue.code === 'invalid_type' ? 'must be a table' : undefined) });

const portMessage = 'must be a port from 1 to 65535';
const Server = section({
  port: z.int(portMessage).min(0, portMessage).max(65_535, portMessage).optional(),
  die_on_unlock: z.boolean('must be true or false').optional(),
});
const Shell = section({ command: text, working_directory: text });
const Timeout = section({
  command: duration(1),
  command_maximum: duration(1),
  idle: duration(1),
  shutdown: duration(0, limits.timeoutMsMax),
  kill: duration(0, limits.timeoutMsMax),
});
const Hooks = section({ shell: text, lock: text, unlock: text });

/** The whole file. */
export const ConfigFile = section({
  server: Server.optional(),
  shell: Shell.optional(),
  timeout: Timeout.optional(),
  hooks: Hooks.optional(),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** Why a file cannot be used: a phrase for each key, which it names, and no value. */
export function reasonsOf(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const name = (...more: string[]) => [...issue.path, ...more].join('.');
    if (issue.code !== 'unrecognized_keys') return [`${name()} ${issue.message}`];
    return issue.keys.map((key) => `${name(key)} is no setting`);
  });
}

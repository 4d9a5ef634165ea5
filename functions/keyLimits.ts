/** What a key may use and run, as callers write it. */
import { z } from '@hono/zod-openapi';
import { limits, SandboxProfile } from '../sql/contract.ts';
import type { KeyLimits } from '../sql/edge.ts';
import { durationField } from './durations.ts';
import { aboveLimit } from './limitText.ts';

/** Postgres' integer. */
const countMax = 2 ** 31 - 1;

const Quota = z.int().min(1).max(countMax).nullable().optional();

const Executables = z
  .array(
    z
      .string()
      .max(limits.pathBytesMax, { error: aboveLimit('pathBytesMax', 'characters') })
      .regex(/^(\/[A-Za-z0-9_.+@%:/-]+|[A-Za-z0-9_.+@%:[-]+)$/, { error: 'Must be a name, or a path from / on' }),
  )
  .min(1)
  .max(limits.executablesMax, { error: aboveLimit('executablesMax', 'names') })
  .nullable()
  .optional();

/** The fields of a key's limits, for a body that makes or changes a key. In a change, null takes a limit away. */
export const keyLimitFields = {
  quotas: z
    .strictObject({
      open_sessions: Quota,
      queued_commands: Quota,
      commands_per_minute: Quota,
      output_bytes_per_day: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().optional(),
    })
    .optional(),
  timeout_max: durationField('timeoutMsMax', 'A command of the key runs no longer.').nullable().optional(),
  allow: Executables.openapi({ description: 'The only executables that its commands may name' }),
  deny: Executables.openapi({ description: 'Executables that its commands may not name' }),
  sandbox: SandboxProfile.nullable()
    .optional()
    .openapi({ description: 'How its shells are kept apart at least; a host that cannot do that opens none' }),
};

type Given = z.output<z.ZodObject<typeof keyLimitFields>>;

/** The same as SQL takes it. */
export function keyLimits({ quotas = {}, timeout_max, allow, deny, sandbox }: Given): KeyLimits {
  return {
    open_sessions_max: quotas.open_sessions,
    queued_commands_max: quotas.queued_commands,
    commands_per_minute_max: quotas.commands_per_minute,
    output_bytes_per_day_max: quotas.output_bytes_per_day,
    timeout_ms_max: timeout_max,
    executables_allowed: allow,
    executables_denied: deny,
    sandbox,
  };
}

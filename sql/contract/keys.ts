/** API keys: who they belong to, what they may do, and how much. */
import { z } from 'zod';
import { Id, Time } from './fields.ts';
import { SandboxProfile } from './sandbox.ts';

export const Scope = z.enum(['read', 'execute', 'admin']);
export type Scope = z.infer<typeof Scope>;

const Quota = z.int().positive().nullable();

/** How much a key may use; null where only the usual limit holds, or none. */
const Quotas = z.object({
  open_sessions: Quota.describe('Sessions that it opened and that are not closed'),
  queued_commands: Quota.describe('Commands that it sent and that wait'),
  commands_per_minute: Quota,
  output_bytes_per_day: Quota.describe('Stored of what its commands write; a day is one in UTC'),
});

/** An API key as it may be shown: never its secret. */
export const ApiKey = z.object({
  id: Id,
  name: z.string(),
  owner: z.string(),
  scopes: z.array(Scope),
  quotas: Quotas,
  sandbox: SandboxProfile.nullable().describe('How its shells are kept apart at least'),
  timeout_max_ms: z.int().positive().nullable().describe('How long a command of it may run'),
  allow: z.array(z.string()).nullable().describe('The only executables that its commands may name'),
  deny: z.array(z.string()).nullable().describe('Executables that its commands may not name'),
  created_at: Time,
  expires_at: Time.nullable(),
  revoked_at: Time.nullable(),
  last_used_at: Time.nullable().describe('To the minute'),
  rotated_at: Time.nullable().describe('When its secret was changed last'),
  previous_until: Time.nullable().describe('Until when the secret before that is taken'),
});
export type ApiKey = z.infer<typeof ApiKey>;

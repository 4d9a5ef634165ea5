/** A host: how it is told. */
import { z } from 'zod';
import { Count, Time } from './fields.ts';
import { Sandbox } from './sandbox.ts';

export const HostState = z.enum(['live', 'draining', 'dead']);
export type HostState = z.infer<typeof HostState>;

/** A host as operators see it. */
export const Host = z.object({
  name: z.string(),
  pool: z.string(),
  state: HostState,
  capacity: Count,
  sessions: Count,
  heartbeat_at: Time,
  version: z.string(),
  sandbox: Sandbox.nullable().describe('What sessions get, unless their key asks for more'),
});
export type Host = z.infer<typeof Host>;

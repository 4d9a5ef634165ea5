/** What keeps shells apart from their host and from each other, and what they may take of the machine. */
import { z } from 'zod';
import { Count } from './fields.ts';

/** How shells are kept apart: from not at all to behind walls, or by programs that hold them elsewhere, of which the host cannot tell. */
export const SandboxProfile = z.enum(['none', 'account', 'bubblewrap', 'template']);
export type SandboxProfile = z.infer<typeof SandboxProfile>;

/** What shells are kept in. `network`: they reach what the host's machine reaches, and what listens there; null where only a template knows. */
export const Sandbox = z.object({ profile: SandboxProfile, network: z.boolean().nullable() });
export type Sandbox = z.infer<typeof Sandbox>;

const SandboxLimit = z.object({
  value: Count.nullable().describe('Null where only a template knows'),
  by: z
    .enum(['cgroup', 'prlimit', 'watch', 'template'])
    .nullable()
    .describe(
      'What holds it: of all processes together (cgroup), of each or of their account (prlimit), by looking (watch), the programs that hold the shell, if they do (template), nothing (null)',
    ),
});

/** What holds for the shell of one session, with its limits. */
export const SessionSandbox = Sandbox.extend({
  limits: z.object({
    memory_bytes: SandboxLimit,
    processes: SandboxLimit,
    cpu_seconds: SandboxLimit,
    file_bytes: SandboxLimit,
    open_files: SandboxLimit,
    disk_bytes: SandboxLimit,
  }),
});
export type SessionSandbox = z.infer<typeof SessionSandbox>;

/** What a host is told about the record: whether it signs checkpoints, how often, and where they leave the database. */
import path from 'node:path';
import { z } from 'zod';

const minute = 60_000;

/** A host's settings of the record. */
export const AuditConfig = z
  .object({
    /** Its Ed25519 key, as `limpet audit keygen` makes it. A host without one signs nothing. */
    keyFile: z.string().min(1).optional(),
    /** Signed checkpoints are appended here; beside the key where nothing is said. */
    file: z.string().min(1).optional(),
    /** Signed checkpoints are sent here, too. A secret, as such addresses often are. */
    webhook: z.url({ protocol: /^https?$/ }).optional(),
    /** A checkpoint is due so long after the last one: what is younger may still be altered unnoticed … */
    checkpointMs: z.coerce
      .number()
      .int()
      .min(100)
      .default(5 * minute),
    /** … or after so many events. */
    checkpointEvents: z.coerce.number().int().min(1).default(10_000),
  })
  .transform((audit) => ({
    ...audit,
    file: audit.file ?? (audit.keyFile && path.join(path.dirname(audit.keyFile), 'checkpoints.ndjson')),
  }));
export type AuditConfig = z.infer<typeof AuditConfig>;

/** The part of these settings that the environment gives. */
export function auditSettingsOf(environment: NodeJS.ProcessEnv): z.input<typeof AuditConfig> {
  const given = {
    keyFile: environment.LIMPET_AUDIT_KEY_FILE,
    file: environment.LIMPET_AUDIT_FILE,
    webhook: environment.LIMPET_AUDIT_WEBHOOK,
    checkpointMs: environment.LIMPET_AUDIT_CHECKPOINT_MS,
    checkpointEvents: environment.LIMPET_AUDIT_CHECKPOINT_EVENTS,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

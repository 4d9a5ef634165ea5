/** Names by which the database tells what to look at: channels, and Graphile's tasks. All of them are hints; what is true is read. */
import { z } from 'zod';
import { Id } from './fields.ts';

/** The channel on which `finish_command` names the command that ended; the payload is its id and nothing else. */
export const endedChannel = 'limpet_ended';

/**
 * The channel on which one edge hears how commands ended that its own callers wait for; the payload is a CommandRow. Whoever may connect may listen,
 * so its name is a secret: `secret` is random, 16 bytes in hex, and nobody but the edge and the commands' rows has it.
 */
export const answersChannel = (secret: string): string => `limpet_answers:${secret}`;

/** The channel on which a session is named that somebody watches and in which something changed. */
export const changedChannel = 'limpet_changed';

/** Graphile task that wakes the actor of the session named in its payload; only this incarnation works on it. */
export function wakeTask(incarnation: string): string {
  return `run_command:${incarnation}`;
}

/** Graphile task that any host of the pool may take: adopt the session named in its payload. */
export function openTask(pool: string): string {
  return `open_session:${pool}`;
}

/** Graphile task that removes what is no longer kept; one of them runs at a time, on any host … */
export const retentionTask = 'retention';
/** … and the one that removes whole sessions with their records, which only a host that holds a key can. */
export const sessionRetentionTask = 'retention_of_sessions';

/**
 * The payload of both tasks that wake. A job is only a hint: it may be lost, late or doubled. `control`: controls wait, too.
 * `key`: the job's, by which the notification of the same hint is known.
 */
export const SessionHint = z.object({ session_id: Id, control: z.boolean(), key: z.string() });

/** The channel on which a host hears of each hint to it, when its job is announced. */
export const wakeChannel = (incarnation: string): string => `limpet_wake:${incarnation}`;

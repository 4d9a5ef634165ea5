/** The calls by which what is no longer kept is removed, for the host and the operator: sql/host.ts and sql/admin.ts have them among theirs. */
import type { CallOne } from './audit.ts';

/** Commands that were removed, with the bytes of their output; `next` is what to ask for after them. */
interface RemovedCommands {
  commands: number;
  bytes: number;
  next: string | null;
}

/** Sessions that may go once their events have gone; `next` is what to ask for after them. */
interface RemovableSessions {
  sessions: string[];
  next: string | null;
}

/** What nobody will ask for again: how many of each were removed. */
interface RemovedLeftovers {
  jobs: number;
  logins: number;
  controls: number;
  hosts: number;
}

/** What retention would remove now, and for how long is kept (ms; 0: for ever). */
export interface RetentionDue {
  keep_ms: number;
  commands: number;
  bytes: number;
  sessions: number;
}

/** What a host does in its retention tasks. */
export function hostRetentionCalls(one: CallOne) {
  return {
    /** Removes some of what is no longer kept. */
    removeCommands: (cursor: string | null) => one<RemovedCommands>('remove_commands', { cursor }),
    findRemovableSessions: (cursor: string | null) => one<RemovableSessions>('find_removable_sessions', { cursor }),
    /** False where it may not go, or not yet. */
    removeSession: (session: string) => one<boolean>('remove_session', { session }),
    removeLeftovers: () => one<RemovedLeftovers>('remove_leftovers', {}),
  };
}

/** What an operator may ask and set. */
export function adminRetentionCalls(one: CallOne) {
  return {
    /** What would go now if commands were kept for so long; without it, as it is set. */
    retentionDue: (keepMs?: number) => one<RetentionDue>('retention_due', { keep_ms: keepMs }),
    /** Keeps ended commands for so long from now on; 0: for ever. Less than a day is refused. */
    setRetention: (keepMs: number) => one<null>('set_retention', { keep_ms: keepMs }),
  };
}

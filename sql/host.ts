/**
 * The calls a host may make, one for each function of sql/host. What a host writes of a session carries its incarnation and
 * the session's epoch; `fenced` (SQLSTATE LP409) is the answer to one that no longer owns it. Every call may be repeated.
 */
import { hostAuditCalls } from './audit.ts';
import { call } from './call.ts';
import type { Query, Sandbox, ScreenContent, SessionSandbox } from './contract.ts';
import type {
  AdoptedSession,
  AttemptPiece,
  CommandResult,
  Control,
  Due,
  LatePiece,
  OutputPiece,
  Owned,
  StoredState,
} from './hostShapes.ts';
import { claims, columns, finishes } from './hostTogether.ts';
import { hostRetentionCalls } from './retention.ts';

export type { TakenCheckpoint } from './audit.ts';
export { statementName } from './call.ts';
export { isPassing } from './errors.ts';
export type * from './hostShapes.ts';
export { Nearby, nearbySettings } from './nearby.ts';

/** The host's typed calls over one `query`. */
export function hostCalls(query: Query) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet_host', name, args);
  const [claiming, finishing] = [claims(one), finishes(one)];
  return {
    registerHost: (
      incarnation: string,
      host: { name: string; pool: string; capacity: number; version: string; sandbox?: Sandbox },
    ) =>
      one<{ lease_ms: number; fence_after_ms: number; hint_ms: number }>('register_host', {
        incarnation,
        ...host,
        sandbox: JSON.stringify(host.sandbox ?? null),
      }),
    /** `look`: the answer says what there is to do for all hosts, too. */
    heartbeat: (incarnation: string, attempts: string[], look = false) =>
      one<{ state: 'live' | 'draining' | 'dead'; wake?: string[]; due?: Due }>('heartbeat', {
        incarnation,
        attempts,
        look,
      }),
    drainHost: (incarnation: string) => one<null>('drain_host', { incarnation }),
    /** Every shell of this incarnation is gone: returns the sessions to bury. */
    confirmDeath: (incarnation: string) => one<string[]>('confirm_death', { incarnation }),
    /** Marks hosts that are surely gone as dead: returns the sessions to bury. */
    reap: (incarnation: string) => one<string[]>('reap', { incarnation }),
    /** What a dead incarnation held on disk is discarded: returns how many commands say so. */
    discardOutput: (incarnation: string, attempts: string[], bytes: number[]) =>
      one<number>('discard_output', { incarnation, attempts, bytes }),
    burySession: (session: string) => one<null>('bury_session', { session }),
    /** Which of these sessions are closed or unknown. */
    closedAmong: (sessions: string[]) => one<string[]>('closed_among', { sessions }),
    findDue: () => one<Due>('find_due', {}),
    /** Ends what no host took in time: returns how many commands. */
    expire: () => one<number>('expire', {}),
    /** Which of these incarnations the record has given up. */
    deadAmong: (incarnations: string[]) => one<string[]>('dead_among', { incarnations }),
    /** Incarnations of which nobody has said that their shells are gone. */
    diedUnseen: () => one<string[]>('died_unseen', {}),
    /** Repeats lost hints, of `limit` sessions at most: returns how many. */
    sweep: (limit: number) => one<number>('sweep', { limit }),
    /** Makes commands that have ended found by search, `limit` at most: returns how many. */
    indexSearch: (limit: number) => one<number>('index_search', { limit }),
    /** Adds what was used to the sums of its days; answers how many ends that were. */
    foldUsage: (limit: number) => one<number>('fold_usage', { limit }),

    adoptSession: (incarnation: string, session: string) =>
      one<AdoptedSession | { refused: 'no_room' } | null>('adopt_session', { incarnation, session }),
    recordShell: (
      owned: Owned,
      generation: number,
      problems: string[],
      cwd: string,
      sandbox: SessionSandbox | null = null,
    ) =>
      one<null>('record_shell', {
        ...owned,
        generation,
        problems: JSON.stringify(problems),
        cwd,
        sandbox: JSON.stringify(sandbox),
      }),
    /** No shell could be started, and why. */
    recordShellProblem: (owned: Owned, problem: string) => one<null>('record_shell_problem', { ...owned, problem }),
    /** Gives the session back once its shell is gone; false: work has come, it stays. */
    detachSession: (owned: Owned, reason: 'idle' | 'closed' | 'drained') =>
      one<boolean>('detach_session', { ...owned, reason }),
    /**
     * `take`: a fresh token for each taking, the same for each try of it. `input`: with the next piece of the running
     * command's input, or of the keys for the terminal.
     */
    takeControls: (owned: Owned, take: string, input: boolean) =>
      one<Control[]>('take_controls', { ...owned, take, input }),

    /** What the session's terminal shows now. */
    storeScreen: (owned: Owned, generation: number, screen: ScreenContent | { sealed: string; seal: string }) =>
      one<null>('store_screen', { ...owned, generation, screen }),
    ...hostAuditCalls(one),
    ...hostRetentionCalls(one),

    claimCommand: (owned: Owned, attempt: string) => claiming.send({ owned, attempt }),
    releaseClaim: (owned: Owned, attempt: string, problem: string) =>
      one<null>('release_claim', { ...owned, attempt, problem }),
    /** Stores pieces of several commands: the answer names the attempts that were refused, and why. */
    appendOutput: (incarnation: string, pieces: AttemptPiece[]) =>
      one<Record<string, 'fenced' | 'output_gap'>>('append_output', {
        incarnation,
        attempts: pieces.map((piece) => piece.attempt),
        ...columns(pieces),
      }),
    /** Stores what a background job wrote; answers whether more of its command is kept. */
    appendLateOutput: (owned: Owned, piece: LatePiece) => one<boolean>('append_late_output', { ...owned, ...piece }),
    /** Ends a command with the rest of its output and its state, and claims the next one under the token `next`. */
    finishCommand: (
      owned: Owned,
      attempt: string,
      result: CommandResult,
      state: Uint8Array | StoredState | null,
      next: string | null,
      rest: OutputPiece[],
    ) => finishing({ owned, attempt, result, state, next, rest }),
  };
}

/** The host's calls, as a type. */
export type HostCalls = ReturnType<typeof hostCalls>;

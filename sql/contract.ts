/**
 * What the edge, the host and the page all know: states, shapes and limits. The SQL API (sql/edge, sql/host) speaks
 * these words; nothing here talks to a database. The states are drawn in sql/migrations/committed/000001.sql.
 */
import { z } from 'zod';
import { Sandbox, SessionSandbox } from './contract/sandbox.ts';
import type { SealedEnds } from './contract/sealedPlaces.ts';

export * from './contract/keys.ts';
export type * from './contract/pages.ts';
export * from './contract/replays.ts';
export * from './contract/sandbox.ts';
export * from './contract/sealed.ts';
export * from './contract/sealedPlaces.ts';
export * from './contract/states.ts';
export * from './contract/usage.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Every limit with its default. A caller who crosses one gets an error that names it. Durations in ms, sizes in bytes. */
export const limits = {
  /** A command's text: as much as a script one would paste, and one row's comfortable size. */
  commandBytesMax: 1 * MiB,
  /** A request body: the command as JSON may be six times its size when every character is escaped. */
  bodyBytesMax: 8 * MiB,
  /** Stored output a command and stream pair; beyond it head and tail are kept and the rest is counted. */
  maxOutputBytes: 128 * MiB,
  /** What a command's background jobs write after its end: for looking at. A log belongs in a file. */
  lateOutputBytesMax: 8 * MiB,
  /** A page of that: an answer that an edge can hold. */
  lateOutputPageBytes: 1 * MiB,
  /** Of `max_output`, what is kept for the end of the output once the head is full. */
  outputTailBytes: 1 * MiB,
  /** One row of output: small enough to read a page without waste, big enough for speed. */
  outputChunkBytes: 64 * KiB,
  /** The same where it is sealed: who shows a line of it opens the whole row. */
  sealedChunkBytes: 16 * KiB,
  /** `stdout` and `stderr` in JSON: head and tail of this size each. `/output` has every byte. */
  viewBytes: 32 * KiB,
  /** The same where many commands are listed. */
  listViewBytes: 2 * KiB,
  /** `timeout` of a command. Unset means none. */
  timeoutMsMax: 24 * hour,
  /** Between TERM and KILL. */
  graceMs: 2 * second,
  /** `wait` when a POST says nothing. */
  waitMsDefault: 10 * second,
  /** Longer requests are cut by proxies. */
  waitMsMax: 30 * second,
  /** How long POST /execute waits where nothing else is said or set: shelld's own figure. */
  shellWaitMs: 5 * minute,
  /** The same, however long is asked for. */
  shellWaitMsMax: 30 * minute,
  /** How long POST /lock waits for a host: shelld gives its shell as long to start. */
  shellOpenMs: 30 * second,
  /** How long POST /unlock waits until the shell is gone. */
  shellCloseMs: 30 * second,
  idleTimeoutMs: 30 * minute,
  idleTimeoutMsMax: 7 * 24 * hour,
  /** Commands waiting in one session. */
  queuedMax: 1000,
  /** Open sessions one key may hold. */
  openSessionsMax: 1000,
  /** A queued command without a host ends as `expired` after this. */
  queuedMsMax: 24 * hour,
  /** Ended commands and closed sessions are kept for this long: a quarter, as an audit looks back. 0: for ever … */
  keepMs: 90 * 24 * hour,
  /** … or for this long at least, as a retry with an idempotency key relies on its command. */
  keepMsMin: 24 * hour,
  /** Of a command's text, and of the beginning and the end of each stream, what a search looks at. */
  searchBytes: 16 * KiB,
  /** A search answers after this with what it has found; its cursor goes on. */
  searchMs: 500,
  /** Commands of one replay: one answer holds them all. */
  replayItemsMax: 1000,
  /** A replayed command without a timeout has at least this: what somebody ended by hand must not run for ever. */
  replayTimeoutMsMin: 1 * minute,
  /** Input waiting for an interactive command. */
  stdinBytesMax: 1 * MiB,
  /** All names and values of `env` together. */
  environmentBytesMax: 512 * KiB,
  /** Of a session's secrets together, and of one: a private key. A shorter one would be found in too much that is none. */
  secretsBytesMax: 64 * KiB,
  secretLengthMax: 8 * KiB,
  secretLengthMin: 8,
  /** Sessions one host holds (`LIMPET_CAPACITY`). */
  capacity: 256,
  /** Of GET /v1/stats: an hour is what one looks back when something is slow. */
  statsWindowMs: 1 * hour,
  statsWindowMsMax: 24 * hour,
  pageSize: 100,
  pageSizeMax: 1000,
  nameLengthMax: 128,
  labelsMax: 64,
  idempotencyKeyLengthMax: 255,
  pathBytesMax: 4096,
  /** Columns, and rows, of a terminal: wider or higher than any monitor. */
  terminalSizeMax: 1000,
  /** Columns times rows: a wall of monitors; each costs a host some ten bytes, twice. */
  terminalCellsMax: 100_000,
  /** Keys of one call, and the bytes of their text: what a person types or pastes. Files are sent to a command's stdin. */
  keysMax: 1000,
  keysBytesMax: 64 * KiB,
  /** Keys that no program has read yet. */
  keysWaitingBytesMax: 1 * MiB,
  /** While a program writes on a screen, it is stored so often at most: a person sees no difference. */
  screenMs: 250,
  /** A greater screen is stored without its colours: one of 120 by 40, each cell with a look of its own, stays below. */
  screenBytesMax: 1 * MiB,
  /** A host may start commands for this long after a beat was sent … */
  leaseMs: 10 * second,
  /** … and beats this often in that time, so that a few lost beats cost nothing. */
  beatsPerLease: 5,
  /** After this without a beat the companion has ended every shell, so another host may adopt the sessions. */
  fenceAfterMs: 45 * second,
  /** A hint that was not acted on is repeated after this. */
  hintMs: 2 * second,
  /** How long a rotated secret is still taken: time to deploy the new one; and the longest. */
  rotationGraceMs: 24 * hour,
  rotationGraceMsMax: 30 * 24 * hour,
  /** Names on a key's list of executables, and the length of one. */
  executablesMax: 256,
  /** A longer command of a key with a list of executables is refused: reading it would take longer than its users would wait. */
  judgedBytesMax: 64 * KiB,
  /** A link that logs a browser in: from the terminal to the browser. */
  loginLinkMs: 15 * minute,
  /** A browser stays logged in. */
  loginMs: 12 * hour,
} as const;

/** Once one of `endedStates` a command never changes its state again. */
export const commandStates = [
  'queued',
  'running',
  'exited',
  'timed_out',
  'killed',
  'shell_exited',
  'lost',
  'cancelled',
  'expired',
] as const;
export const CommandState = z.enum(commandStates);
export type CommandState = z.infer<typeof CommandState>;

/** True once the state is final. */
export function hasEnded(state: CommandState): boolean {
  return state !== 'queued' && state !== 'running';
}

export const SessionState = z.enum(['opening', 'ready', 'busy', 'detached', 'closed']);
export type SessionState = z.infer<typeof SessionState>;

export const HostState = z.enum(['live', 'draining', 'dead']);
export type HostState = z.infer<typeof HostState>;

export const StreamName = z.enum(['stdout', 'stderr']);
export type StreamName = z.infer<typeof StreamName>;

/** Signals a caller may send. */
export const Signal = z.enum(['INT', 'TERM', 'KILL', 'QUIT', 'HUP', 'TSTP', 'CONT', 'USR1', 'USR2']);
export type Signal = z.infer<typeof Signal>;

/** Pseudo-sessions of the record: what belongs to no session, and who read what. */
export const systemChain = '00000000-0000-0000-0000-000000000000';
export const readingsChain = '00000000-0000-0000-0000-000000000001';

const Id = z.uuid();
const Time = z.iso.datetime({ offset: true });
const Count = z.int().nonnegative();

/** A session as every reader sees it. */
export const Session = z.object({
  id: Id,
  name: z.string().nullable(),
  state: SessionState,
  tty: z.boolean(),
  merge_output: z.boolean(),
  cols: z.int(),
  rows: z.int(),
  cwd: z.string().nullable(),
  generation: Count.describe('Number of the shell: 1 for the first, one more for each that replaced a dead one'),
  host: z.string().nullable(),
  pool: z.string(),
  labels: z.record(z.string(), z.string()),
  queued: Count,
  running_command_id: Id.nullable(),
  commands: Count,
  idle_timeout_ms: Count,
  problems: z.array(z.string()).describe('What of the state could not be restored into the present shell'),
  sandbox: SessionSandbox.nullable().describe('Of the present shell, or the last one; null before the first'),
  forked_from: z.object({ session_id: Id, seq: Count }).nullable(),
  replay_id: Id.nullable().describe('The replay that it was made for'),
  created_at: Time,
  last_active_at: Time,
  closed_at: Time.nullable(),
});
export type Session = z.infer<typeof Session>;

/** A command as every reader sees it. */
export const Command = z.object({
  id: Id,
  session_id: Id,
  session_name: z.string().nullable(),
  seq: z.int().positive(),
  command: z.string(),
  state: CommandState,
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  stdout_bytes: Count,
  stderr_bytes: Count,
  truncated: z.boolean().describe('stdout or stderr shown here is not all that was written'),
  redacted: z
    .array(z.string())
    .optional()
    .describe(
      'Rules that found something in `command`, `stdout` or `stderr`, which is masked; not there where none did',
    ),
  dropped_bytes: Count.describe('Bytes beyond max_output, counted and not stored'),
  late_bytes: Count.describe(
    'Bytes that its background jobs wrote after its end: …/late-output of its session has them',
  ),
  late_dropped_bytes: Count.describe('Of these, bytes beyond the limit, counted and not stored'),
  cwd_before: z.string().nullable().describe("The session's directory when it started"),
  cwd: z.string().nullable().describe('The directory after it'),
  generation: Count.nullable(),
  key_id: Id.describe('The key that submitted it'),
  key_name: z.string(),
  host: z.string().nullable(),
  interactive: z.boolean(),
  idempotency_key: z.string().nullable(),
  problem: z
    .string()
    .nullable()
    .describe('Why a command that was accepted could not be run as asked, or the state after it not kept'),
  created_at: Time,
  started_at: Time.nullable(),
  finished_at: Time.nullable(),
  last_output_at: Time.nullable(),
  queued_ms: Count.nullable(),
  run_ms: Count.nullable(),
});
export type Command = z.infer<typeof Command>;

/** What the SQL API returns for a command: the stored bytes of the view, base64, in place of the decoded text. */
export const CommandRow = Command.omit({ stdout: true, stderr: true, truncated: true }).extend({
  stdout_head: z.string(),
  stdout_tail: z.string(),
  stderr_head: z.string(),
  stderr_tail: z.string(),
  /** Where they are sealed, in place of the four. */
  stdout_sealed: z.custom<SealedEnds>().nullish(),
  stderr_sealed: z.custom<SealedEnds>().nullish(),
});
export type CommandRow = z.infer<typeof CommandRow>;

/** A key by name, a text, or a text that is never taken for a key. */
export const Key = z.union([z.string(), z.strictObject({ text: z.string() })]);
export type Key = z.infer<typeof Key>;

const Colour = z.union([z.int().min(0).max(255), z.string().regex(/^#[0-9a-f]{6}$/)]);

/** Neighbouring cells of one look: what is missing is the terminal's default. Colours are of the 256-colour palette, or RGB. */
export const ScreenRun = z.object({
  col: Count.describe('The column of its first cell; a wide character takes two'),
  text: z.string(),
  fg: Colour.optional(),
  bg: Colour.optional(),
  bold: z.literal(true).optional(),
  dim: z.literal(true).optional(),
  italic: z.literal(true).optional(),
  underline: z.literal(true).optional(),
  blink: z.literal(true).optional(),
  inverse: z.literal(true).optional(),
  hidden: z.literal(true).optional(),
  strike: z.literal(true).optional(),
});

export type ScreenRun = z.infer<typeof ScreenRun>;

/** What a terminal shows; rows and columns are counted from 0. */
export const Screen = z.object({
  session_id: Id,
  generation: Count.describe('Number of the shell whose terminal this is; 0 before the first'),
  updated_at: Time.nullable().describe('When it was stored; null before the first'),
  cols: z.int(),
  rows: z.int(),
  title: z.string(),
  alternate: z.boolean().describe('A full-screen program shows a screen of its own'),
  cursor: z.object({ row: Count, col: Count, visible: z.boolean() }),
  simplified: z.boolean().describe('Too large to be kept with its colours'),
  lines: z.array(z.object({ runs: z.array(ScreenRun) })).describe('One for each row; blanks at its end are left out'),
});
export type Screen = z.infer<typeof Screen>;
/** The part that its host stores. */
export type ScreenContent = Omit<Screen, 'session_id' | 'generation' | 'updated_at'>;

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

/** A session or a pseudo-session. Of the latter not every one is a UUID to who looks closely. */
const ChainId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** An event of the record. `payload` is null once it was purged; its hash stays. */
export const RecordedEvent = z.object({
  session_id: ChainId.describe(
    `A session, or ${systemChain} for what belongs to none, or ${readingsChain} for readings`,
  ),
  seq: z.int().positive(),
  at: Time,
  kind: z.string(),
  actor: z.string().describe('`key:ID`, `host:INCARNATION`, `operator` or `system`'),
  payload: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** A checkpoint that a host signed: what all chains came to at one moment. */
export const SignedCheckpoint = z.object({
  log: Id.describe('Which database'),
  number: z.int().positive(),
  at: Time,
  sessions: Count,
  events: Count,
  signed_by: z.string().describe('The name of the key'),
  note: z.string().describe('A signed note, see c2sp.org/signed-note'),
});
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;

/** One page of a listing, newest first unless its route says otherwise. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Runs one statement and returns its rows. Bytes come as Uint8Array, jsonb parsed. Both edges and the host have one. */
export type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** One event a call, one JSON line an event. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', event: string, fields?: Record<string, unknown>) => void;

/** The channel on which `finish_command` names the command that ended; the payload is its id and nothing else. */
export const endedChannel = 'limpet_ended';

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

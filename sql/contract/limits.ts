/** Every limit has its name here. The ones that SQL enforces stand in `limpet.settings`, too. */

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
  searchMs: 25,
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
  /** … and beats this often in that time: one that is not answered is sent again soon (worker/heartbeat.ts), so that a lost one costs nothing. */
  beatsPerLease: 3,
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

/**
 * What an error means for a call, for the edge and the host alike: by its SQLSTATE, or, where Postgres has said nothing, by what the system or the
 * driver says. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */

/** SQLSTATEs, or what they begin with, of what passes. */
const passing = [
  '08', // The connection broke.
  '25006', // Read-only, while another server takes over.
  '40', // Two transactions were in each other's way.
  '53', // No room: connections, memory, disk.
  '55P03', // A lock was not to be had in time.
  '57014', // The statement took too long.
  '57P', // Postgres starts or stops.
];

/** The same of what is no refusal: the connection, room, Postgres itself, its disk or its data fail, whatever is asked. */
const failing = ['08', '53', '57P', '58', 'XX'];

/** How pg begins what it says of a connection that broke or gives no answer: errors of its own have neither a class nor a code. */
export const lostConnection = [
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed',
  'There was an error establishing an SSL connection',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
];

/** The SQLSTATE of an error that Postgres answered with. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !isOfSystem(code) ? code : undefined;
}

/**
 * True where the same call may succeed later: the connection broke, Postgres is starting or stopping, or two
 * transactions were in each other's way.
 */
export function isPassing(error: unknown): boolean {
  const [state, code] = [sqlStateOf(error), codeOf(error)];
  if (state !== undefined) return isAmong(passing, state);
  if (code !== undefined) return isOfSystem(code);
  return error instanceof Error && lostConnection.some((text) => error.message.startsWith(text));
}

/** True where Postgres refused this statement, of which nothing has happened; another may fare better. */
export function isRefusal(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && !isAmong(failing, state);
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** Such as ECONNRESET, or EPIPE, which is as long as a SQLSTATE; none of those begins so. */
function isOfSystem(code: string): boolean {
  return /^E[A-Z]+$/.test(code);
}

function isAmong(states: string[], state: string): boolean {
  return states.some((one) => state.startsWith(one));
}

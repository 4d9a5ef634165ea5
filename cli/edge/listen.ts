/** Waiting on Node: one LISTEN connection tells every waiter of the edge. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { sleep, type Waits } from '../../functions/waits.ts';
import { answersChannel, type CommandRow, type Log } from '../../sql/contract.ts';
import { listenForNews } from '../../sql/listen.ts';
import { type Nearby, nearbySettings } from '../../sql/nearby.ts';
import { connectionSettings, pgQuery } from './connection.ts';
import { Waiters } from './waiter.ts';

const reconnectMsMin = 50;
const reconnectMsMax = 2_000;

/** What the edge waits by, and closes. */
export interface EndListener extends Waits {
  close(): Promise<void>;
}

/** What a connection carries that listens. */
interface Carrying {
  /** Whose short calls go over it, too. */
  nearby?: Nearby;
  /** How long one may take, where it is not as usual. */
  statementMs?: number | undefined;
}

/**
 * Listens from now on, and again whenever the connection was lost. Then every waiter looks, for it may have missed its end;
 * until then they look often.
 */
export function listenToEnds(connectionString: string, log: Log, carrying: Carrying = {}): EndListener {
  const waiters = new Waiters();
  const closing = new AbortController();
  const state = { listening: false };
  const secret = randomBytes(16).toString('hex');
  const isListening = () => state.listening;
  const running = keepListening(
    () => listenOnce(connectionString, secret, waiters, state, carrying, closing.signal),
    closing.signal,
    log,
  );
  return {
    get hears() {
      return state.listening;
    },
    get answersTo() {
      return state.listening ? answersChannel(secret) : undefined;
    },
    expect: (id) => waiters.add(id, isListening),
    async close() {
      closing.abort();
      waiters.wakeAll();
      await running;
    },
  };
}

/** One connection, from its start until it is lost or `closing` aborts. */
async function listenOnce(
  connectionString: string,
  secret: string,
  waiters: Waiters,
  state: { listening: boolean },
  { nearby, statementMs }: Carrying,
  closing: AbortSignal,
): Promise<void> {
  const client = new pg.Client(connectionSettings(connectionString, 'limpet edge listener', statementMs));
  const lost = Promise.withResolvers<void>();
  let drop = async () => {};
  const lose = () => {
    void drop();
    lost.resolve();
  };
  client.on('end', lose);
  client.on('error', lose);
  client.on('notification', ({ channel, payload = '' }) => {
    const answer = channel === answersChannel(secret) ? parsed(payload) : undefined;
    waiters.wake(answer?.id ?? payload, answer);
  });
  closing.addEventListener('abort', () => lost.resolve(), { once: true });
  try {
    await client.connect();
    await client.query(nearbySettings);
    await listenForNews(pgQuery(client), secret);
    state.listening = true;
    if (nearby) drop = nearby.use(pgQuery(client), lose);
    waiters.wakeAll();
    await lost.promise;
  } finally {
    state.listening = false;
    waiters.wakeAll();
    await drop();
    await client.end().catch(() => undefined);
  }
}

// What is no command has nobody who waits for it.
function parsed(payload: string): CommandRow | undefined {
  try {
    return JSON.parse(payload) as CommandRow;
  } catch {
    return undefined;
  }
}

async function keepListening(listen: () => Promise<void>, closing: AbortSignal, log: Log): Promise<void> {
  for (let pauseMs = reconnectMsMin; !closing.aborted; pauseMs = Math.min(pauseMs * 2, reconnectMsMax)) {
    const startedAt = performance.now();
    await listen().catch((error: Error) =>
      log('warn', 'listen_failed', { error: error.message, cause: String(error.cause) }),
    );
    if (closing.aborted) return;
    if (performance.now() - startedAt > reconnectMsMax) pauseMs = reconnectMsMin;
    log('warn', 'listen_again', { after_ms: pauseMs });
    await sleep(pauseMs, closing);
  }
}

/** Waiting on Node: one LISTEN connection tells every waiter of the edge. */
import pg from 'pg';
import type { Wait, Waits } from '../../functions/waits.ts';
import { sleep } from '../../functions/waits.ts';
import type { Log } from '../../sql/contract.ts';
import { listenForEnds } from '../../sql/listen.ts';
import { connectionSettings, pgQuery } from './connection.ts';

const reconnectMsMin = 50;
const reconnectMsMax = 2_000;
/** While nothing is heard, the command is looked at this often instead. */
const deafPollMs = 100;

export interface EndListener extends Waits {
  /** True while ends are heard. */
  readonly listening: boolean;
  close(): Promise<void>;
}

/** Listens from now on, and again whenever the connection was lost; then every waiter looks, for it may have missed its end. */
export function listenToEnds(connectionString: string, log: Log): EndListener {
  const waiters = new Map<string, Set<Waiter>>();
  const closing = new AbortController();
  let listening = false;
  const wakeAll = () => {
    for (const set of waiters.values()) for (const waiter of set) waiter.wake();
  };
  const session = async () => {
    const client = new pg.Client(connectionSettings(connectionString, 'limpet edge listener'));
    const lost = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.on('error', () => resolve());
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('notification', ({ payload }) => {
      for (const waiter of waiters.get(payload ?? '') ?? []) waiter.wake();
    });
    try {
      await client.connect();
      await listenForEnds(pgQuery(client as unknown as pg.Pool));
      listening = true;
      wakeAll();
      await lost;
    } finally {
      listening = false;
      await client.end().catch(() => {});
    }
  };
  const running = keepListening(session, closing.signal, log);
  return {
    get listening() {
      return listening;
    },
    expect: (commandId) => new Waiter(commandId, waiters, () => listening),
    async close() {
      closing.abort();
      wakeAll();
      await running;
    },
  };
}

async function keepListening(session: () => Promise<void>, closing: AbortSignal, log: Log): Promise<void> {
  for (let pauseMs = reconnectMsMin; !closing.aborted; pauseMs = Math.min(pauseMs * 2, reconnectMsMax)) {
    const startedAt = performance.now();
    await session().catch((error: unknown) => log('warn', 'listen_failed', { error: String(error) }));
    if (closing.aborted) return;
    if (performance.now() - startedAt > reconnectMsMax) pauseMs = reconnectMsMin;
    log('warn', 'listen_again', { after_ms: pauseMs });
    await sleep(pauseMs, closing);
  }
}

/** One wait. What was heard before anybody asked is kept, so nothing is missed between the submit and the wait. */
class Waiter implements Wait {
  readonly #id: string;
  readonly #waiters: Map<string, Set<Waiter>>;
  readonly #isListening: () => boolean;
  #woken = false;
  #resolve: (() => void) | undefined;

  constructor(id: string, waiters: Map<string, Set<Waiter>>, isListening: () => boolean) {
    this.#id = id;
    this.#waiters = waiters;
    this.#isListening = isListening;
    const same = waiters.get(id) ?? new Set();
    waiters.set(id, same.add(this));
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  async ended(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const heard = new AbortController();
      this.#resolve = () => heard.abort();
      const patience = this.#isListening() ? timeoutMs : Math.min(timeoutMs, deafPollMs);
      await sleep(patience, AbortSignal.any([signal, heard.signal]));
      this.#resolve = undefined;
    }
    this.#woken = false;
  }

  release(): void {
    const same = this.#waiters.get(this.#id);
    same?.delete(this);
    if (same?.size === 0) this.#waiters.delete(this.#id);
  }
}

/**
 * The connection on which a host hears of work. Each runner of graphile-worker asks its pool for one of its own to listen on, and Postgres would
 * wake each at each commit that notifies: here they share one, which is the host's own and carries its short calls, too (sql/nearby.ts).
 */
import type { Pool, PoolClient } from 'pg';
import { type Nearby, nearbySettings, statementName } from '../sql/host.ts';

/** What a pool's `connect` calls back. */
type Connected = (error: Error | undefined, client?: PoolClient, release?: () => void) => void;

interface Shared {
  client: PoolClient;
  users: Set<symbol>;
  /** Nobody uses it any more. */
  isGone: boolean;
  /** No short call goes over it any more; resolves once none is under way. */
  drop(): Promise<void>;
}

/** Opens the shared connection for its first user, and leaves it with the last. */
export class Listening {
  readonly #pool: Pool;
  readonly #nearby: Nearby;
  #opened: Promise<Shared> | undefined;
  #current: Shared | undefined;

  /** The connection is one of `pool`. */
  constructor(pool: Pool, nearby: Nearby) {
    this.#pool = pool;
    this.#nearby = nearby;
  }

  /** Gives the connection, as `pool.connect` does; after it has failed each user asks for the next. */
  connect(connected: Connected): void {
    this.#opened ??= this.#open();
    this.#opened.then(
      (shared) => {
        // The last of its users may have left it meanwhile.
        if (shared.isGone) return this.connect(connected);
        const user = Symbol('user');
        shared.users.add(user);
        connected(undefined, shared.client, () => this.#release(shared, user));
      },
      (error: Error) => {
        this.#opened = undefined;
        connected(error);
      },
    );
  }

  async #open(): Promise<Shared> {
    const client = inTurn(await this.#pool.connect());
    await client.query(nearbySettings).catch((error: Error) => {
      client.release(error);
      throw error;
    });
    const drop = this.#nearby.use(
      async (text, values) => {
        const statement = { name: statementName(text), text, values: [...values] };
        return (await client.query<Record<string, unknown>>(statement)).rows;
      },
      (error) => client.emit('error', error),
    );
    const shared = { client, users: new Set<symbol>(), isGone: false, drop };
    client.once('error', () => this.#drop(shared));
    client.once('end', () => this.#drop(shared));
    this.#current = shared;
    return shared;
  }

  #drop(shared: Shared): Promise<void> {
    if (this.#current === shared) {
      this.#current = undefined;
      this.#opened = undefined;
    }
    return shared.drop();
  }

  /** A runner that ends while its connection breaks may say so twice. */
  async #release(shared: Shared, user: symbol): Promise<void> {
    if (!shared.users.delete(user) || shared.users.size > 0) return;
    shared.isGone = true;
    await this.#drop(shared);
    // It listens for what nobody else of the pool wants to hear.
    shared.client.release(true);
  }
}

/** Its users know nothing of each other: a statement waits until the one before is answered. */
function inTurn(client: PoolClient): PoolClient {
  const query = client.query.bind(client) as (...words: unknown[]) => Promise<unknown>;
  let last: Promise<unknown> = Promise.resolve();
  const next = (...words: unknown[]) => {
    const asked = last.then(() => query(...words));
    last = asked.catch(() => undefined);
    return asked;
  };
  return Object.assign(client, { query: next });
}

/** `jobs` for the runners of graphile-worker: whoever asks it by a callback wants to listen, and is given the connection for that. */
export function listenBy(listening: Listening, jobs: Pool): Pool {
  const connect = (connected?: Connected) => (connected ? listening.connect(connected) : jobs.connect());
  const get = (_: Pool, name: keyof Pool) => {
    const value: unknown = name === 'connect' ? connect : jobs[name];
    return typeof value === 'function' ? value.bind(jobs) : value;
  };
  return new Proxy(jobs, { get: get as ProxyHandler<Pool>['get'] & object });
}

/** Connections to Postgres that fail when the schedule says so, and that a frozen or killed host cannot use. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';
import type { Log, Query } from '../../sql/contract.ts';
import { isPassing } from '../../sql/errors.ts';
import { type DatabaseOptions, openDatabase } from '../../worker/database.ts';
import type { Gate } from './gate.ts';
import type { World } from './world.ts';

/**
 * How a query fails: `before` it reaches Postgres, `after` its commit, so that only the answer is lost, `cancelled` by a
 * statement timeout, or `slow`: its answer is late.
 */
export type Failure = 'before' | 'after' | 'cancelled' | 'slow';

const slowMs = 40;

/** Makes the n-th query from now fail, or the next call of a SQL function. */
export class Failures {
  readonly #armed = new Map<number, Failure>();
  readonly #calls = new Map<string, Failure>();
  #count = 0;

  arm(nth: number, how: Failure): void {
    this.#armed.set(this.#count + nth, how);
  }

  armCall(name: string, how: Failure): void {
    this.#calls.set(name, how);
  }

  disarm(): void {
    this.#armed.clear();
    this.#calls.clear();
  }

  next(text: string): Failure | undefined {
    this.#count += 1;
    const call = [...this.#calls.keys()].find((name) => text.includes(`.${name}(`));
    const failure = this.#armed.get(this.#count) ?? (call === undefined ? undefined : this.#calls.get(call));
    this.#armed.delete(this.#count);
    if (call !== undefined) this.#calls.delete(call);
    return failure;
  }
}

class LostConnection extends Error {
  readonly code: string;
  constructor(message: string, code = '08006') {
    super(message);
    this.code = code;
  }
}

/** The same query, failing as armed. What Postgres itself refuses for a reason that is none of ours is a fault. */
export function failing(query: Query, failures: Failures, gate: Gate, world: World): Query {
  return async (text, values) => {
    await gate.pass();
    const failure = failures.next(text);
    if (failure !== undefined) world.note('world', 'query_fails', { failure, text: text.slice(0, 80) });
    if (failure === 'before') throw new LostConnection('simulated: the connection broke before the query');
    if (failure === 'cancelled') throw new LostConnection('simulated: canceled by statement timeout', '57014');
    const rows = await query(text, values).catch((error) => {
      if (!gate.killed) judge(error, text, world);
      throw error;
    });
    if (failure === 'slow') await new Promise((resolve) => setTimeout(resolve, slowMs));
    await gate.pass();
    if (failure === 'after') throw new LostConnection('simulated: the connection broke before the answer');
    return rows;
  };
}

function judge(error: Error & { code?: string }, text: string, world: World): void {
  const detail = `${error.code} ${error.message} in ${text.slice(0, 80)}`;
  // A host that could not hand its sessions over in time has closed its connections under what still asks.
  if (/after calling end on the pool/.test(error.message)) return;
  if (error.code === '40P01') world.fault('deadlock', detail);
  else if (!isPassing(error) && !/^LP4/.test(error.code ?? '')) world.fault('unexpected_error', detail);
}

/** What a killed host still asks has no effect and no answer; its runners end without a word. */
function deadClient(): PoolClient {
  const silent = { query: async () => ({ rows: [] }), release: () => {} };
  return Object.assign(new EventEmitter(), silent) as unknown as PoolClient;
}

/** A host's pool that its gate can hold and cut. */
export interface HostPool {
  pool: Pool;
  query: Query;
  /** Numbers of the server processes that serve it. */
  backends(): number[];
  /** Breaks every connection at once, as the end of the process does. */
  cut(): void;
}

export function openHostPool(connectionString: string, log: Log, gate: Gate, options: DatabaseOptions): HostPool {
  const { pool, query } = openDatabase(connectionString, log, options);
  const clients = new Set<PoolClient>();
  pool.on('connect', (client) => void clients.add(client));
  pool.on('remove', (client) => void clients.delete(client));
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const gated = async () => {
    await gate.pass().catch(() => undefined);
    return gate.killed ? deadClient() : connect();
  };
  pool.connect = ((callback?: (error: Error | undefined, client?: PoolClient, done?: unknown) => void) => {
    if (callback === undefined) return gated();
    gated().then(
      (client) => callback(undefined, client, client.release.bind(client)),
      (error: Error) => callback(error),
    );
  }) as Pool['connect'];
  const inner = (client: PoolClient) => client as unknown as { processID: number; connection: { stream: Socket } };
  return {
    pool,
    query,
    backends: () => [...clients].map((client) => inner(client).processID).filter(Boolean),
    cut: () => {
      for (const client of clients) inner(client).connection.stream.destroy();
    },
  };
}

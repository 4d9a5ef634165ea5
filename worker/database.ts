/** The host's connections to Postgres: a few, as role limpet_host, that come back by themselves after an outage. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log, Query } from '../sql/contract.ts';
import { isPassing, statementName } from '../sql/host.ts';

/** The first statement on a connection costs 10 ms, each connection memory: a few serve every session. One of them listens. */
const connectionsMax = 5;
const connectMs = 5_000;
/** An idle host asks something each minute: a connection for each of these would cost more than what is asked. */
const idleMs = 2 * 60_000;
/** No call of a host takes long: one that does waits for a lock or for a disk, and is better asked again. */
const statementMs = 15_000;
/** Beyond it, until a connection that gives no answer at all is taken for broken. */
const answerMarginMs = 3_000;
const retryMsMin = 50;
const retryMsMax = 2_000;

/** A pool, and statements by whichever of its connections is free. */
export interface Database {
  pool: pg.Pool;
  query: Query;
}

/** In what a pool differs from the usual one. */
export interface DatabaseOptions {
  /** Connections. */
  max?: number;
  /** After this Postgres gives a statement up, and a little later so does the host. */
  statementMs?: number;
  /**
   * False: a crash of Postgres may take back the last half second of what was done here, which nobody waits for then. Only for jobs, which are
   * hints, as the row decides: one that was taken or completed comes once more. Default: true.
   */
  isDurable?: boolean;
}

/** Opens the host's pool. Nothing connects yet. */
export function openDatabase(connectionString: string, log: Log, options: DatabaseOptions = {}): Database {
  const limitMs = options.statementMs ?? statementMs;
  const settings = `set role limpet_host${options.isDurable === false ? '; set synchronous_commit = off' : ''}`;
  const pool = new pg.Pool({
    connectionString,
    max: options.max ?? connectionsMax,
    application_name: 'limpet host',
    connectionTimeoutMillis: Math.min(connectMs, limitMs),
    idleTimeoutMillis: idleMs,
    statement_timeout: limitMs,
    query_timeout: limitMs + Math.min(answerMarginMs, limitMs),
    keepAlive: true,
    onConnect: async (client) => void (await client.query(settings)),
  });
  const broken = (error: Error) => log('warn', 'database_connection_lost', { error: error.message });
  pool.on('error', broken);
  // A client in use reports its broken connection itself; the query rejects as well.
  pool.on('connect', (client) => client.on('error', broken));
  return {
    pool,
    query: async (text, values) => (await pool.query({ name: statementName(text), text, values: [...values] })).rows,
  };
}

/**
 * Throws unless a NOTIFY reaches a LISTEN within `waitMs`: behind a pooler in transaction mode the host would never hear of work.
 */
export async function requireDirectConnection(pool: Pick<pg.Pool, 'connect' | 'query'>, waitMs = 5_000): Promise<void> {
  const client = await pool.connect();
  const channel = `limpet_test_${randomUUID().replaceAll('-', '')}`;
  try {
    const heard = new Promise((resolve) => client.once('notification', resolve));
    await client.query(`listen ${channel}`);
    await pool.query('select pg_notify($1, $2)', [channel, '']);
    const answer = await Promise.race([heard, sleep(waitMs, 'nothing', { ref: false })]);
    if (answer === 'nothing') {
      throw new Error(
        'This connection hears no notifications: give the host a direct one, not a pooler’s (on Neon: without "-pooler").',
      );
    }
  } finally {
    client.release(true);
  }
}

/** True where Postgres says that the session, or this host, is no longer ours. */
export function isFenced(error: unknown): boolean {
  const { code, detail } = (error ?? {}) as { code?: unknown; detail?: unknown };
  return code === 'LP409' && detail === 'fenced';
}

/** Repeats a call, as all of sql/host may be, with growing pauses, until it is answered; a refusal, or `signal`, ends it. Told once in the log. */
export async function untilAnswered<Result>(
  call: () => Promise<Result>,
  log: Log,
  signal?: AbortSignal,
): Promise<Result> {
  for (let pauseMs = retryMsMin; ; pauseMs = Math.min(pauseMs * 2, retryMsMax)) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || signal?.aborted) throw error;
      const level = pauseMs === retryMsMin ? 'warn' : 'debug';
      log(level, 'database_call_repeated', { error: (error as Error).message, pause_ms: pauseMs });
      // It keeps the process alive: a companion has nothing else that would.
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

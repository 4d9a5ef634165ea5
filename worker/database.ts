/** The host's connections to Postgres: a few, as role limpet_host, that come back by themselves after an outage. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log, Query } from '../sql/contract.ts';

/** The first statement on a connection costs 10 ms, each connection memory: a few serve every session. */
const connectionsMax = 4;
const connectMs = 10_000;
const retryMsMin = 50;
const retryMsMax = 2_000;

export interface Database {
  pool: pg.Pool;
  query: Query;
}

/** Opens the host's pool. Nothing connects yet. */
export function openDatabase(connectionString: string, log: Log, max = connectionsMax): Database {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: 'limpet host',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    onConnect: async (client) => void (await client.query('set role limpet_host')),
  });
  const broken = (error: Error) => log('warn', 'database_connection_lost', { error: error.message });
  pool.on('error', broken);
  // A client in use reports its broken connection itself; the query rejects as well.
  pool.on('connect', (client) => client.on('error', broken));
  return { pool, query: async (text, values) => (await pool.query(text, [...values])).rows };
}

/**
 * Throws unless a NOTIFY reaches a LISTEN: behind a pooler in transaction mode the host would never hear of work.
 */
export async function requireDirectConnection(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  const channel = `limpet_test_${randomUUID().replaceAll('-', '')}`;
  try {
    const heard = new Promise((resolve) => client.once('notification', resolve));
    await client.query(`listen ${channel}`);
    await pool.query('select pg_notify($1, $2)', [channel, '']);
    const answer = await Promise.race([heard, sleep(5_000, 'nothing', { ref: false })]);
    if (answer === 'nothing') {
      throw new Error(
        'This connection hears no notifications: give the host a direct one, not a pooler’s (on Neon: without "-pooler").',
      );
    }
  } finally {
    client.release(true);
  }
}

/**
 * True where the same call may succeed later: the connection broke, Postgres is starting or stopping, or two
 * transactions were in each other's way. Calls of sql/host may all be repeated.
 */
export function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error instanceof Error && /connection|timeout|terminated/i.test(error.message);
  return /^(08|53|57P|40)/.test(code) || code === '57014' || /^E[A-Z]+$/.test(code);
}

/** True where Postgres says that the session, or this host, is no longer ours. */
export function isFenced(error: unknown): boolean {
  const { code, detail } = (error ?? {}) as { code?: unknown; detail?: unknown };
  return code === 'LP409' && detail === 'fenced';
}

/** Repeats a call, with growing pauses, until it is answered; a refusal, or `signal`, ends it. */
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
      log('warn', 'database_call_repeated', { error: (error as Error).message, pause_ms: pauseMs });
      await sleep(pauseMs, undefined, { ref: false });
    }
  }
}

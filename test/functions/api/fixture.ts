/** An edge to test: a database of its own, keys of two owners, and the same API on Node and in workerd. */
import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { pgQuery } from '../../../cli/edge/connection.ts';
import { serveEdge } from '../../../cli/edge/serve.ts';
import { uuidv7 } from '../../../functions/ids.ts';
import { adminCalls } from '../../../sql/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { startWorkerd } from '../../support/workerd.ts';

/** All that the suite knows of what it tests. */
export interface Api {
  url: string;
  /** May execute. */
  key: string;
  /** Of the same owner as `key`; may only read. */
  readKey: string;
  /** Of another owner; may execute. */
  otherKey: string;
  adminKey: string;
  /** One object for each line that the edge logged; undefined where they cannot be seen. */
  logged: Record<string, unknown>[] | undefined;
}

export interface Adapter {
  name: string;
  start(databaseUrl: string, logged: Record<string, unknown>[]): Promise<{ url: string; stop(): Promise<void> }>;
}

export const onNode: Adapter = {
  name: 'Node with pg',
  async start(connectionString, logged) {
    const log = (level: string, event: string, fields = {}) => void logged.push({ level, event, ...fields });
    const { url, close } = await serveEdge({ connectionString, host: '127.0.0.1', port: 0, log });
    return { url, stop: close };
  },
};

export const inWorkerd: Adapter = { name: 'workerd with neon', start: (databaseUrl) => startWorkerd(databaseUrl) };

/** Starts an edge on a fresh database, and whatever `beside` starts next to it, such as a host. */
export async function startApi(adapter: Adapter, beside?: (databaseUrl: string) => Promise<() => Promise<void>>) {
  const database = await createDatabase();
  const adminKey = 'admin key of these tests';
  await bootstrap(database.url, adminKey);
  const logged: Record<string, unknown>[] = [];
  const edge = await adapter.start(database.url, logged);
  const stopBeside = (await beside?.(database.url)) ?? (async () => {});
  const make = (owner: string, scope: string) => makeKey(edge.url, adminKey, owner, scope);
  const api: Api = {
    url: edge.url,
    key: await make('alice', 'execute'),
    readKey: await make('alice', 'read'),
    otherKey: await make('bob', 'execute'),
    adminKey,
    logged: adapter === onNode ? logged : undefined,
  };
  const stop = async () => {
    await stopBeside();
    await edge.stop();
    await database.drop();
  };
  return { api, databaseUrl: database.url, stop };
}

async function bootstrap(databaseUrl: string, key: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  await adminCalls(pgQuery(pool)).bootstrapKey(uuidv7(), 'admin', createHash('sha256').update(key).digest());
  await pool.end();
}

async function makeKey(url: string, adminKey: string, owner: string, scope: string): Promise<string> {
  const response = await fetch(`${url}/v1/keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({ name: `${owner} ${scope}`, owner, scopes: [scope] }),
  });
  const { key } = (await response.json()) as { key: string };
  return key;
}

/** Starts an edge for the tests of a `describe`, and stops it after them. */
export function useApi(adapter: Adapter, beside?: Parameters<typeof startApi>[1]): () => Api {
  let started: Awaited<ReturnType<typeof startApi>> | undefined;
  beforeAll(async () => {
    started = await startApi(adapter, beside);
  });
  afterAll(() => started?.stop());
  return () => {
    if (!started) throw new Error('the edge has not started');
    return started.api;
  };
}

/** A whole limpet as its users start it, for a benchmark: its own data directory, port and key, gone afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Client } from './client.ts';

/** What a benchmark works with; all of it is ended after it. */
export interface Bench {
  stack: Stack;
  client: Client;
  /** As the database's owner. */
  database: pg.Client;
}

export interface Stack {
  url: string;
  key: string;
  /** Connection string of the database's owner. */
  databaseUrl: string;
  /** Of `limpet up`, from which all its processes descend. */
  pid: number;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Starts `limpet up` (fsync on, as everywhere but in tests) with these settings besides, and resolves when it is ready. */
export async function startStack(settings: Record<string, string> = {}): Promise<Stack> {
  const dataDir = await mkdtemp(join(await realpath(tmpdir()), 'limpet-bench-'));
  await chmod(dataDir, 0o711);
  const key = 'benchmark-key';
  const env = {
    PATH: `${join(root, 'node_modules/.bin')}:/usr/local/bin:/usr/bin:/bin`,
    PORT: '0',
    LIMPET_DATA_DIR: dataDir,
    LIMPET_BOOTSTRAP_KEY: key,
    LIMPET_LOG_LEVEL: 'warn',
    ...settings,
  };
  const child = spawn(process.execPath, ['cli/index.ts', 'up'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /ready at (http\S+)/.exec(line)?.[1];
    if (!url) continue;
    const databaseUrl = await readFile(join(dataDir, 'database-url'), 'utf8');
    return { url, key, databaseUrl, pid: child.pid ?? 0, stop };
  }
  await stop();
  throw new Error('limpet ended before it was ready.');
}

/** Starts a stack with these settings besides, does the work, and ends it all, also where the work fails. */
export async function withStack<Result>(
  work: (bench: Bench) => Promise<Result>,
  settings: Record<string, string> = {},
): Promise<Result> {
  const stack = await startStack(settings);
  const client = new Client(stack);
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  try {
    await database.connect();
    return await work({ stack, client, database });
  } finally {
    client.close();
    await database.end();
    await stack.stop();
  }
}

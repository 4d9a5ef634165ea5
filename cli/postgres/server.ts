/** One running Postgres: started through keeper.bash, watched through its messages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Log } from '../../sql/contract.ts';
import { type Account, ids } from './account.ts';
import { postgresEnvironment } from './initialise.ts';
import { hurryPostmaster } from './predecessor.ts';

/** A fast shutdown takes well under a second; after this it is cut short, and the next start replays the log. */
const fastShutdownMs = 5000;

/** A Postgres that runs. */
export type Server = {
  /** Resolves when Postgres and all its processes are gone, for whatever reason. */
  exited: Promise<void>;
  stop(): Promise<void>;
};

/** What one is started with. */
export type Serve = {
  binaries: string;
  account: Account | undefined;
  cluster: string;
  port: number;
  settings: Record<string, string>;
  log: Log;
};

/** Resolves once Postgres accepts connections. Throws its last messages when it ends before. */
export async function serve(options: Serve): Promise<Server> {
  const keeper = await readFile(new URL('keeper.bash', import.meta.url), 'utf8');
  // As text, because the account may not be able to read the file.
  const child = spawn('bash', ['-c', keeper, 'keeper.bash', ...command(options)], {
    ...ids(options.account),
    cwd: '/',
    env: postgresEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.on('error', () => {}); // nobody reads it any more once the keeper is gone, which `exited` tells
  // Every process of Postgres holds stderr, so its end is the end of them all.
  const exited = once(child, 'close').then(() => {});
  await ready(child.stderr, exited, options.log);
  return { exited, stop: () => stop(child, exited, options) };
}

function command({ binaries, cluster, port, settings }: Serve): string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // A failing statement's text and parameters may hold a user's secrets, and they are not for our log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_line_prefix: '',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [path.join(binaries, 'postgres'), '-D', cluster, ...flags];
}

async function ready(stderr: Readable, exited: Promise<void>, log: Log): Promise<void> {
  const lines: string[] = [];
  const started = Promise.withResolvers<void>();
  createInterface({ input: stderr }).on('line', (line) => {
    log(/^(FATAL|PANIC):/.test(line) ? 'warn' : 'debug', 'postgres', { message: line });
    if (lines.length < 100) lines.push(line);
    if (line.includes('database system is ready to accept connections')) started.resolve();
  });
  const failed = exited.then(() => {
    throw new Error(`Postgres did not start: ${lines.join(' ')}`);
  });
  await Promise.race([started.promise, failed]);
  failed.catch(() => {}); // it ends one day, and then this is no failure
}

async function stop(child: ChildProcess, exited: Promise<void>, { cluster, log }: Serve): Promise<void> {
  child.stdin?.destroy();
  const hurry = setTimeout(() => hurryPostmaster(cluster, log), fastShutdownMs);
  await exited;
  clearTimeout(hurry);
}

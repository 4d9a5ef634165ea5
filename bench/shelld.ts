/** shelld beside limpet: its binary, where `SHELLD` names one (built from EndlessInternational/shelld). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Shelld {
  /** Runs `true` in its one shell. */
  run(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts it and locks its shell; undefined where there is none. Throws where it cannot be locked, with nothing left running. */
export async function startShelld(): Promise<Shelld | undefined> {
  const binary = process.env.SHELLD;
  if (!binary) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'limpet-bench-shelld-'));
  const port = await freePort();
  const config = join(directory, 'shelld.toml');
  await writeFile(config, `[server]\nport = ${port}\n`);
  const child = spawn(binary, ['-config', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const headers = { 'X-Shell-Key': 'benchmark' };
  const post = async (path: string, body?: string) =>
    (await fetch(url + path, { method: 'POST', headers, ...(body !== undefined && { body }) })).text();
  for (let tries = 0; tries < 100; tries += 1) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    await delay(50);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await post('/lock');
  } catch (error) {
    await stop();
    throw error;
  }
  return { run: () => post('/execute', 'true'), stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

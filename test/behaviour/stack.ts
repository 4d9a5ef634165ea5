/** Postgres, the edge on Node and a host in a process of its own: what a whole file of tests shares. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { numberedByHost } from '../../worker/shell/nested.ts';
import { type Api, onNode, startApi } from '../functions/api/fixture.ts';
import { makeDirectory } from '../support/directory.ts';
import { alive } from '../support/processes.ts';
import { idleProcesses, usualSandbox } from '../support/sandbox.ts';
import type { HostMessage } from './hostProcess.ts';

const program = fileURLToPath(new URL('hostProcess.ts', import.meta.url));
/** How often a condition outside this process is looked at; a test waits for the condition, never for the time. */
const pollMs = 20;

export interface Stack {
  api: Api;
  databaseUrl: string;
  hostPid: number;
  /** The directory that the host keeps its files in. */
  workDir: string;
  /** The directory of a session, where its commands start. */
  home(session: string): string;
  /** Living processes of all shells of this host, or of one session. */
  processes(session?: string): number[];
  /** Processes of a session, of the ids that its commands know them by. */
  outside(session: string, pids: number[]): number[];
}

/** Starts a stack for the tests of this file and stops it after them. The host must not have logged an error by then. */
export function useStack(): () => Stack {
  let stack: Stack | undefined;
  let stop = async () => {};
  beforeAll(async () => {
    const workDir = await makeDirectory();
    let host: Host | undefined;
    const started = await startApi(onNode, async (connectionString) => {
      host = await startHostProcess(connectionString, workDir);
      return host.stop;
    });
    stop = () => started.stop().finally(() => rm(workDir, { recursive: true, force: true }));
    stack = toStack(started.api, started.databaseUrl, host?.pid ?? 0, workDir);
  });
  afterAll(() => stop());
  return () => {
    if (!stack) throw new Error('the stack has not started');
    return stack;
  };
}

function toStack(api: Api, databaseUrl: string, hostPid: number, workDir: string): Stack {
  const home = (session: string) => `${workDir}/sessions/${session}`;
  const processes = (session?: string) => processesWith(session ? home(session) : workDir);
  // bash is the youngest of those of an idle shell.
  const outside = (session: string, pids: number[]) => numberedByHost(pids, processes(session)[idleProcesses - 1] ?? 0);
  return { api, databaseUrl, hostPid, workDir, home, processes, outside };
}

interface Host {
  pid: number;
  stop(): Promise<void>;
}

async function startHostProcess(connectionString: string, workDir: string): Promise<Host> {
  const child = fork(program, { execArgv: [], env: { PATH: process.env.PATH } });
  const errors: HostMessage[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the host ended before it was ready (${code})`)));
    child.on('message', (message: HostMessage) => {
      if (message.kind === 'error') errors.push(message);
      else resolve();
    });
    child.send({
      connectionString,
      workDir,
      sandbox: usualSandbox,
      warmShells: 0,
      name: 'behaviour',
      graceMs: 500,
      drainMs: 1_000,
    });
  });
  return { pid: child.pid ?? 0, stop: () => stopHostProcess(child, errors) };
}

async function stopHostProcess(child: ChildProcess, errors: HostMessage[]): Promise<void> {
  const exited = once(child, 'exit');
  child.disconnect();
  await exited;
  if (errors.length > 0) throw new Error(`the host logged errors: ${JSON.stringify(errors)}`);
}

/** Everything a shell starts has its session's directory as HOME. */
function processesWith(text: string): number[] {
  const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(text));
  return alive(found.map(Number));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(pollMs);
}

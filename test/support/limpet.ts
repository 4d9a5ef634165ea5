/** The `limpet` command as a process, as a user would start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { familyOf } from './processes.ts';
import { usualSandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const entry = path.join(root, 'cli/index.ts');

export type Limpet = {
  pid: number;
  /** From its ready line. */
  url: string;
  /** Itself and all its processes, at the time it was ready. */
  family: number[];
  kill(signal: NodeJS.Signals): void;
  /** Resolves when it has ended. */
  ended: Promise<Ended>;
};
export type Ended = { code: number | null; stdout: string; stderr: string };

/** Runs a command to its end. */
export async function limpet(args: string[], env: Record<string, string>): Promise<Ended> {
  return endOf(start(args, env));
}

/** Starts `limpet up` and resolves when it says that it is ready. Throws its log when it ends before. */
export async function startLimpet(env: Record<string, string>, ...args: string[]): Promise<Limpet> {
  return whenReady(start(['up', ...args], { PORT: '0', ...env }));
}

/** Starts `limpet edge` and resolves when it says that it is ready. */
export async function startEdge(env: Record<string, string>): Promise<Limpet> {
  return whenReady(start(['edge'], { PORT: '0', ...env }));
}

/** `limpet up` by `npm start`, with the `pid` of npm. */
export async function npmStart(env: Record<string, string>): Promise<Limpet> {
  return whenReady(spawnWith('npm', ['start'], { PORT: '0', ...env }));
}

async function whenReady(child: ChildProcess): Promise<Limpet> {
  const ended = endOf(child);
  const url = await Promise.race([
    readyUrl(child),
    ended.then(({ stderr }) => {
      throw new Error(`limpet ended before it was ready: ${stderr}`);
    }),
  ]);
  const pid = child.pid ?? 0;
  return { pid, url, family: familyOf(pid), kill: (signal) => child.kill(signal), ended };
}

function start(args: string[], env: Record<string, string>): ChildProcess {
  return spawnWith(process.execPath, [entry, ...args], env);
}

function spawnWith(program: string, args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', HOME = '/' } = process.env;
  // Goes with the data directory, which the test removes.
  const LIMPET_SHARED_DIR = env.LIMPET_DATA_DIR;
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH, HOME, LIMPET_SHARED_DIR, LIMPET_SANDBOX: usualSandbox, LIMPET_WARM_SHELLS: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // An interrupted run takes along what it started.
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

function readyUrl({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let seen = '';
    stdout?.on('data', (chunk) => {
      seen += chunk;
      const url = /ready at (\S+)/.exec(seen)?.[1];
      if (url) resolve(url);
    });
  });
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('no pipes');
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { code, stdout: out, stderr: err };
}

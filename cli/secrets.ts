/**
 * Secrets reach limpet by the environment, and a process of the same user can read that in /proc/PID/environ for as
 * long as the process lives: where shells run as our own user, every command could. So the process replaces itself
 * once (execve: same process id, new environment) and finds the secrets on its standard input instead, as a host
 * that `limpet up` starts does.
 *
 * It does not protect the environment of the processes that started it, such as npm's and the login shell's, nor its
 * own memory from a debugger of the same user.
 */
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { processEnvironment } from './env.ts';

const names = ['DATABASE_URL', 'LIMPET_BOOTSTRAP_KEY', 'LIMPET_AUDIT_WEBHOOK', 'LIMPET_ENCRYPTION_KEYS'] as const;
/** Tells the process that its secrets are the first line of its standard input. Carries nothing itself. */
const marker = 'LIMPET_SECRETS_ON_STDIN';

const Secrets = z.partialRecord(z.enum(names), z.string());
type Secrets = z.infer<typeof Secrets>;

/**
 * The environment with its secrets, which are nowhere in /proc when this resolves. Call it first: it may replace
 * the whole process. `ended` resolves when standard input ends, which a child of `limpet up` takes as its death.
 */
export async function environmentWithSecrets(): Promise<{ environment: NodeJS.ProcessEnv; ended: Promise<void> }> {
  const environment = processEnvironment();
  if (!environment[marker]) {
    const never = new Promise<void>(() => {});
    if (!names.some((name) => environment[name])) return { environment, ended: never };
    replaceProcess(environment);
  }
  const { line, ended } = await readFirstLine();
  const { [marker]: _, ...rest } = environment;
  return { environment: { ...rest, ...Secrets.parse(JSON.parse(line)) }, ended };
}

/** What a child needs to find these secrets on its standard input: its environment, and what to write first. */
export function handOver(
  secrets: Secrets,
  environment = processEnvironment(),
): { env: NodeJS.ProcessEnv; line: string } {
  return { env: { ...withoutSecrets(environment), [marker]: '1' }, line: `${JSON.stringify(secrets)}\n` };
}

function replaceProcess(environment: NodeJS.ProcessEnv): void {
  if (!process.execve) throw new Error('This Node cannot replace its process, so DATABASE_URL would stay readable.');
  const given = names.filter((name) => environment[name]).map((name) => [name, environment[name]]);
  const { env, line } = handOver(Secrets.parse(Object.fromEntries(given)));
  putOnStdin(line);
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], env);
}

/** A file that has lost its name: only standard input, which survives execve, still leads to it. */
function putOnStdin(line: string): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'limpet-'));
  try {
    const file = path.join(directory, 'secrets');
    writeFileSync(file, line, { mode: 0o600 });
    closeSync(0);
    // The lowest free number is given out, which is the one just closed.
    if (openSync(file, 'r') !== 0) throw new Error('Standard input could not be replaced.');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function readFirstLine(): Promise<{ line: string; ended: Promise<void> }> {
  if (fstatSync(0).isFile()) return { line: takeFileFromStdin(), ended: new Promise(() => {}) };
  const first = Promise.withResolvers<string>();
  const end = Promise.withResolvers<void>();
  const lines = createInterface({ input: process.stdin });
  lines.once('line', first.resolve);
  lines.once('close', () => {
    first.reject(new Error(`${marker} is set, but standard input has no line.`));
    end.resolve();
  });
  return { line: await first.promise, ended: end.promise };
}

/** A deleted file can still be opened through /proc/PID/fd for as long as we have it open. */
function takeFileFromStdin(): string {
  const text = readFileSync(0, 'utf8');
  closeSync(0);
  openSync('/dev/null', 'r');
  return text;
}

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.some((secret) => secret === name)));
}

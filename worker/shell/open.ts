/** Starting a bash, or one that takes up where another left. */
import { constants, readFileSync, realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, Bash } from './bash.ts';
import { problemsOf, startParts } from './beginning.ts';
import type { ShellContext } from './context.ts';
import { PrivateDirectory } from './directory.ts';
import { endTrees } from './ending.ts';
import { ShellOpenError } from './errors.ts';
import { shellUnder } from './nested.ts';
import { createNonce } from './protocol.ts';
import { BashShell, fifosPerCommand } from './shell.ts';
import { parseCapture } from './state.ts';
import { Terminal } from './terminal.ts';
import { limitOf, type ShellMark, shellMarker } from './tree.ts';
import type { Shell, ShellOptions } from './types.ts';

/** Starting takes about ten milliseconds; a restored trap or a slow disk may take longer, but not for ever. */
const openMsMax = 10_000;
const prelude = readFileSync(new URL('prelude.bash', import.meta.url));

/** Opens a shell. Rejects with ShellOpenError if none could be started within 10 s; leaves nothing behind then. */
export async function openOnce(options: ShellOptions): Promise<Shell> {
  const path = realpathSync(options.directory);
  const directory = new PrivateDirectory(path, options.account);
  let terminal: Terminal | null = null;
  try {
    await directory.fifos.stock(fifosPerCommand + 1);
    terminal = options.terminal ? new Terminal(options.terminal, options.account, options.launch?.terminalPath) : null;
    const bash = await start(directory, options, terminal);
    const began = await firstExchange(bash, directory);
    if (options.launch?.isNested) bash.pid = shellUnder(bash.pid);
    return new BashShell(newContext(bash, directory, options, terminal, began), began);
  } catch (error) {
    await endTrees([markOf(options)], 0);
    directory.clear();
    terminal?.close();
    if (error instanceof ShellOpenError) throw error;
    throw new ShellOpenError(`No shell could be started: ${error instanceof Error ? error.message : error}`);
  }
}

function markOf({ id, account }: ShellOptions, shellPid?: number): ShellMark {
  return { id, ...(shellPid !== undefined && { shellPid }), ...(account?.isOwn && { uid: account.uid }) };
}

async function start(directory: PrivateDirectory, options: ShellOptions, terminal: Terminal | null): Promise<Bash> {
  directory.write('prelude', prelude);
  directory.write('problems', '');
  directory.write('restore', Buffer.concat([startParts(options), options.restore ?? Buffer.of()]));
  const { launch } = options;
  const bash = await Bash.spawn({
    environment: {
      ...options.environment,
      LIMPET_DIRECTORY: directory.path,
      LIMPET_LIMIT: limitOf(options.id),
      [shellMarker]: options.id,
    },
    account: options.account,
    program: options.program ?? 'bash',
    rcFile: `${directory.path}/prelude`,
    directory: directory.path,
    status: directory.fifos.takeChannel(),
    terminal: terminal?.name,
    before: launch?.words(terminal?.path) ?? [],
  });
  if (launch?.onSpawn) {
    await launch.onSpawn(bash.pid);
    bash.proceed();
  }
  return bash;
}

function newContext(
  bash: Bash,
  directory: PrivateDirectory,
  options: ShellOptions,
  terminal: Terminal | null,
  { trapsInterrupt, trapsReturn }: Began,
): ShellContext {
  return {
    bash,
    directory,
    options,
    terminal,
    mark: markOf(options, bash.pid),
    exitCode: options.exitCode ?? 0,
    jobs: new Set(),
    trapsInterrupt,
    trapsReturn,
  };
}

type Began = { cwd: string; problems: string[]; trapsInterrupt: boolean; trapsReturn: boolean };

// The same exchange as after a command: it tells that the prelude is through, where the shell is, and what traps there are.
async function firstExchange(bash: Bash, directory: PrivateDirectory): Promise<Began> {
  const nonce = createNonce();
  const channel = directory.fifos.takeChannel();
  const parts: Uint8Array[] = [];
  channel.start((bytes) => void parts.push(bytes));
  channel.attach();
  const limit = new AbortController();
  const late = delay(openMsMax, null, { signal: limit.signal }).catch(() => null);
  const answer = await Promise.race([bash.exchange({ nonce, state: channel.name }), late]);
  limit.abort();
  channel.drain();
  const capture = parseCapture(Buffer.concat(parts), nonce, []);
  if (answer?.kind !== 'ended' || !capture) throw await failure(bash, answer);
  directory.fifos.giveChannel(channel);
  const { cwd, trapsInterrupt, trapsReturn } = capture;
  return { cwd, problems: readProblems(directory), trapsInterrupt, trapsReturn };
}

async function failure(bash: Bash, answer: Answer | null): Promise<ShellOpenError> {
  bash.killAll();
  const exit = await bash.exited;
  if (answer?.kind === 'gone') return new ShellOpenError(`bash ended at once (${exit.signal ?? exit.exitCode}).`);
  const what = answer ? 'bash did not take up the protocol' : `bash was not ready within ${openMsMax} ms`;
  return new ShellOpenError(`${what}.`);
}

function readProblems(directory: PrivateDirectory): string[] {
  const text = readFileSync(`${directory.path}/problems`, {
    encoding: 'utf8',
    flag: constants.O_RDONLY | constants.O_NOFOLLOW,
  });
  for (const name of ['prelude', 'restore', 'problems']) directory.remove(name);
  return problemsOf(text);
}

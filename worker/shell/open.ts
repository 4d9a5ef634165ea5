/** Starting a bash, or one that takes up where another left. */
import { realpathSync } from 'node:fs';
import type { Bash } from './bash.ts';
import { startParts } from './beginning.ts';
import type { ShellContext } from './context.ts';
import { PrivateDirectory } from './directory.ts';
import { endTrees, within } from './ending.ts';
import { ShellOpenError } from './errors.ts';
import { type Began, firstExchange, openMsMax } from './firstExchange.ts';
import { shellUnder } from './nested.ts';
import type { PreparedShell, PrepareOptions } from './prepared.ts';
import { BashShell, fifosPerCommand } from './shell.ts';
import { failed, markOf, spawnBash } from './spawning.ts';
import { Terminal } from './terminal.ts';
import type { Shell, ShellOptions } from './types.ts';

/** Opens a shell. Rejects with ShellOpenError if none could be started within 10 s; leaves nothing behind then. */
export async function openOnce(options: ShellOptions): Promise<Shell> {
  return (await start(options, restoreOf(options))).begin(options);
}

/** Starts all that stands in front of a shell, and waits with bash itself. Rejects as `openShell` does. */
export async function prepareShell(options: PrepareOptions): Promise<PreparedShell> {
  const parts = await start(options, null);
  await parts.ready();
  return parts;
}

/** `restore`: what bash finds when it begins, which it does at once; null where it waits. */
async function start(options: PrepareOptions, restore: Buffer | null): Promise<Parts> {
  const waits = restore === null;
  const path = realpathSync(options.directory);
  const directory = new PrivateDirectory(path, options.account);
  let terminal: Terminal | null = null;
  try {
    await directory.fifos.stock(fifosPerCommand + 1);
    terminal = options.terminal ? new Terminal(options.terminal, options.account, options.launch?.terminalPath) : null;
    if (restore) directory.write('restore', restore);
    return new Parts(await spawnBash(directory, options, terminal, waits), directory, terminal, options, waits);
  } catch (error) {
    return await failed(error, options, directory, terminal);
  }
}

/** What a shell consists of before bash has begun. */
class Parts implements PreparedShell {
  readonly exited: Promise<void>;
  readonly #bash: Bash;
  readonly #directory: PrivateDirectory;
  readonly #terminal: Terminal | null;
  readonly #options: PrepareOptions;
  readonly #waits: boolean;

  constructor(
    bash: Bash,
    directory: PrivateDirectory,
    terminal: Terminal | null,
    options: PrepareOptions,
    waits: boolean,
  ) {
    this.#bash = bash;
    this.#directory = directory;
    this.#terminal = terminal;
    this.#options = options;
    this.#waits = waits;
    this.exited = bash.exited.then(() => {});
  }

  get pid(): number {
    return this.#bash.pid;
  }

  async ready(): Promise<void> {
    const [bash, { launch }] = [this.#bash, this.#options];
    try {
      if (!(await within(bash.ready, openMsMax)) || bash.exit)
        throw new ShellOpenError('It did not get as far as bash.');
      if (launch?.isNested) bash.pid = shellUnder(bash.pid);
    } catch (error) {
      bash.killAll();
      await failed(error, this.#options, this.#directory, this.#terminal);
    }
  }

  async begin(options: ShellOptions): Promise<Shell> {
    const [bash, directory, terminal] = [this.#bash, this.#directory, this.#terminal];
    try {
      if (this.#waits) this.#tell(options);
      const began = await firstExchange(bash, directory);
      if (options.launch?.isNested && !this.#waits) bash.pid = shellUnder(bash.pid);
      return new BashShell(newContext(bash, directory, options, terminal, began), began);
    } catch (error) {
      return await failed(error, options, directory, terminal);
    }
  }

  #tell(options: ShellOptions): void {
    this.#directory.write('restore', restoreOf(options));
    if (options.terminal) this.#terminal?.begin(options.terminal);
    this.#bash.begin(without(options.environment, this.#options.environment));
  }

  async close(): Promise<void> {
    this.#bash.killAll();
    await endTrees([markOf(this.#options)], 0);
    await this.#bash.exited;
    this.#directory.clear();
    this.#terminal?.close();
  }
}

function restoreOf(options: ShellOptions): Buffer {
  return Buffer.concat([startParts(options), options.restore ?? Buffer.of()]);
}

/** What is not in `others`, or is another value there. */
function without(environment: Record<string, string>, others: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name, value]) => others[name] !== value));
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

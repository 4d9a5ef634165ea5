/** `limpet` as a process of its own, against an edge and a host that a file of tests shares. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { useStack } from '../../behaviour/stack.ts';
import type { Api } from '../../functions/api/fixture.ts';

const entry = fileURLToPath(new URL('../../../cli/index.ts', import.meta.url));

export type RunOptions = {
  env?: Record<string, string>;
  /** Standard input; without it, it is /dev/null. */
  input?: string | Uint8Array;
};

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: Buffer; stderr: string };

export class Cli {
  readonly #child: ChildProcess;
  readonly #stdout: Buffer[] = [];
  #stderr = '';

  constructor(api: Pick<Api, 'url' | 'key'>, args: string[], { env = {}, input }: RunOptions = {}) {
    const { PATH = '', HOME = '/' } = process.env;
    this.#child = spawn(process.execPath, [entry, ...args], {
      env: { PATH, HOME, LIMPET_URL: api.url, LIMPET_KEY: api.key, ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#stdout.push(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk;
    });
    // Whoever does not want all of its input closes it, which is no fault.
    if (input !== undefined && this.#child.stdin)
      pipeline(Readable.from([Buffer.from(input)]), this.#child.stdin).catch(() => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Stops reading its standard output, as `head` does. */
  closeStdout(): void {
    this.#child.stdout?.destroy();
  }

  /** Resolves once its standard output, or its standard error, has this text; rejects when it ends without. */
  async printed(text: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    const seen = () => (stream === 'stdout' ? Buffer.concat(this.#stdout).toString() : this.#stderr);
    while (!seen().includes(text)) {
      const source = this.#child[stream];
      if (!source || source.readableEnded) throw new Error(`it ended without ${text}: ${seen()} ${this.#stderr}`);
      const seenOne = new AbortController();
      await Promise.race(['data', 'end'].map((event) => once(source, event, { signal: seenOne.signal })));
      seenOne.abort();
    }
  }

  /** Resolves with all that it said, once it has ended. */
  async ended(): Promise<Ended> {
    const [code, signal] =
      this.#child.exitCode === null ? await once(this.#child, 'close') : [this.#child.exitCode, null];
    return { code, signal, stdout: Buffer.concat(this.#stdout), stderr: this.#stderr };
  }
}

/** What a run is held against: its exit code, and what it said as text. */
export type Said = { code: number | null; stdout: string; stderr: string };

/** A stack for the tests of this file, and `limpet` against it. */
export function useCli() {
  // Each step of a test starts a process.
  vi.setConfig({ testTimeout: 180_000 });
  const stack = useStack();
  const start = (args: string[], options?: RunOptions) => new Cli(stack().api, args, options);
  const limpet = async (args: string[], options?: RunOptions): Promise<Said> => {
    const { code, stdout, stderr } = await start(args, options).ended();
    return { code, stdout: stdout.toString(), stderr };
  };
  /** Opens a session under a name of its own. */
  const open = async (...args: string[]): Promise<string> => {
    opened += 1;
    const { code, stdout, stderr } = await limpet(['open', `s${opened}`, ...args]);
    if (code !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  return { stack, start, limpet, open };
}
let opened = 0;

/** Absolute, so that a shell elsewhere finds it. */
export const launcher = path.resolve(path.dirname(entry), 'bin/limpet');

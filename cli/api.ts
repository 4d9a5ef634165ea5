/** What every command that talks to the HTTP API starts with, and how it ends. */
import type { Command } from 'commander';
import { type ClientEnvironment, clientEnvironment } from './client/env.ts';
import { type Client, createClient } from './client/index.ts';
import { UsageError } from './client/problem.ts';
import { type ConnectionFlags, findConnection } from './client/settings.ts';
import { type Style, styleFor } from './terminal/style.ts';
import { wrapped } from './terminal/wrap.ts';
import { Left } from './watch/signals.ts';

/** What a command of the client works with. */
export type Api = {
  client: Client;
  environment: ClientEnvironment;
  style: Style;
  /** One line of the result. */
  print(line: string): void;
  /** One sentence on stderr, which is no part of the result. */
  tell(sentence: string): void;
  /** The same, for a person at a terminal only. `afterKey`: the terminal stands behind the `^C` that it shows for a key. */
  hint(sentence: string, options?: { afterKey: boolean }): void;
};

/** 128 and SIGPIPE: what a shell shows of any program whose reader has gone. */
const closedExitCode = 141;

/** Adds a command with the options that all of them have. `examples` are shown by its help. */
export function apiCommand(program: Command, usage: string, description: string, examples: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--url <address>', 'where limpet is (LIMPET_URL, else http://127.0.0.1:8787)')
    .option('--key-file <file>', 'a file that holds the key, instead of LIMPET_KEY')
    .addHelpText('after', `\nExamples:\n${examples.trimEnd()}`);
}

/**
 * Does the work and ends the process: with the code that it returns, with 0 where it returns none, with 2 where the command
 * line is wrong, with `failed` where limpet fails or refuses.
 */
export async function runApi(
  flags: ConnectionFlags,
  work: (api: Api) => Promise<number | undefined>,
  failed = 1,
): Promise<never> {
  process.stdout.on('error', () => process.exit(closedExitCode));
  // Without anybody who reads stderr there is nobody to tell.
  process.stderr.on('error', () => {});
  const environment = clientEnvironment();
  try {
    const api = await createApi(flags, environment);
    process.exit((await work(api)) ?? 0);
  } catch (error) {
    if (error instanceof Left) process.exit(error.exitCode);
    tell((error as Error).message);
    process.exit(error instanceof UsageError ? 2 : failed);
  }
}

async function createApi(flags: ConnectionFlags, environment: ClientEnvironment): Promise<Api> {
  const hint = (sentence: string, { afterKey } = { afterKey: false }) => {
    if (!process.stderr.isTTY) return;
    if (afterKey) process.stderr.write('\n');
    tell(sentence);
  };
  let troubles = 0;
  const onTrouble = (reason: string) => {
    if (troubles === 0) hint(`${reason}; trying again.`);
    troubles += 1;
  };
  const client = createClient(await findConnection(flags, environment), onTrouble);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  return { client, environment, style: styleFor(process.stdout, environment), print, tell, hint };
}

function tell(sentence: string): void {
  const text = `limpet: ${sentence}`;
  const { isTTY, columns } = process.stderr;
  process.stderr.write(`${isTTY ? wrapped(text, columns) : text}\n`);
}

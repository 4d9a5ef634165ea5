import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command as Program } from 'commander';
import { type Api, apiCommand, runApi } from '../api.ts';
import { sendInput } from '../client/input.ts';
import { Refused, UsageError } from '../client/problem.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { unlessAborted } from '../signals.ts';
import { commandText } from '../watch/commandText.ts';
import { exitCodes } from '../watch/ending.ts';
import { Left, leavingSignal } from '../watch/signals.ts';
import { watch } from '../watch/watch.ts';
import { collectPairs, number } from './options.ts';

type Options = ConnectionFlags & {
  session?: string;
  file?: string;
  cwd?: string;
  env?: Record<string, string>;
  timeout?: string;
  maxOutput?: number;
  failIfBusy?: boolean;
  detach?: boolean;
  stdin: boolean;
  interactive?: boolean;
  idempotencyKey?: string;
  json?: boolean;
};

const examples = `  limpet exec 'echo "$BASH_VERSION"'            in a shell of its own, gone afterwards
  limpet exec -s demo 'cd /srv && ls'           in a session: the next command is still in /srv
  limpet exec -s demo -- grep -r 'two words' .  several words: a program and its arguments, taken literally
  tar c . | limpet exec -s demo 'tar x'         standard input, byte for byte
  limpet exec -s demo -t 30s -f build.bash      a script, ended after 30 seconds
  ID=$(limpet exec -s demo -d 'make all')       do not wait; limpet tail "$ID" shows it

The exit code is the command's own. Others: 120 lost, 121 cancelled, 122 expired, 123 the connection was lost for good,
124 timed out, 125 limpet failed or was refused (stderr says why), 130 left by Ctrl-C twice, 141 nobody reads the output.
Ctrl-C interrupts the command; twice leaves it running.`;

/** `limpet exec`: runs a command and is, as far as one can tell, that command. */
export function addExec(program: Program): void {
  apiCommand(program, 'exec', 'run a command and show its output as it comes', examples)
    .argument('[command...]', 'one word: text for bash; several: a program and its arguments')
    .passThroughOptions()
    .option('-s, --session <session>', 'run it in this session (LIMPET_SESSION)')
    .option('-f, --file <file>', 'take the text from a file, - for standard input')
    .option('-C, --cwd <directory>', 'for this command alone')
    .option('-e, --env <name=value>', 'for this command alone; may be repeated', collectPairs)
    .option('-t, --timeout <duration>', 'end it and all its processes after this: 30s, 5m, 1h30m')
    .option('--max-output <bytes>', 'what is kept of its output', number)
    .option('--fail-if-busy', 'do not queue behind another command')
    .option('-n, --no-stdin', 'do not pass on standard input')
    .option('-i, --interactive', 'pass on what is typed, where standard input is a terminal')
    .option('-d, --detach', 'print its id, and do not wait')
    .option('--idempotency-key <key>', 'the same key again gives the same command, and does not run it twice')
    .option('--json', 'print the command as JSON once it has ended, and nothing else')
    .action((words: string[], options: Options) =>
      runApi(options, (api) => exec(api, words, options), exitCodes.failed),
    );
}

async function exec(api: Api, words: string[], options: Options): Promise<number | undefined> {
  const { json, detach, idempotencyKey } = options;
  const session = options.session ?? api.environment.LIMPET_SESSION;
  const passesInput = !detach && options.stdin && options.file !== '-' && hasInput(options.interactive);
  const body = requestOf(await textOf(words, options.file), options, passesInput);
  const submitting = api.client.submit(session, body, idempotencyKey);
  const interrupt = () => submitting.then(({ id }) => interruptCommand(api, id));
  const signal = leavingSignal(() => {
    api.hint('Interrupted. Ctrl-C again leaves it running.', { afterKey: true });
    interrupt().catch((error: Error) => api.tell(`It could not be interrupted: ${error.message}`));
  });
  const { id, seq } = await unlessLeft(api, signal, submitting);
  if (detach) {
    api.print(json ? JSON.stringify(await api.client.readCommand(id)) : id);
    return undefined;
  }
  const watched = { id, reference: session === undefined ? id : `${session}:${seq}`, own: session === undefined };
  const watching = watch(api, watched, { signal, quiet: json === true, onClosed: interrupt });
  // Input may go on after the command's end, which is what counts; only its failure ends the watching early.
  const input = passesInput ? sendInput(api.client, id, process.stdin, signal) : Promise.resolve();
  const code = await Promise.race([watching, input.then(() => watching)]);
  if (json) api.print(JSON.stringify(await api.client.readCommand(id)));
  return code;
}

async function unlessLeft<Result>(api: Api, signal: AbortSignal, submitting: Promise<Result>): Promise<Result> {
  try {
    return await unlessAborted(signal, submitting);
  } catch (error) {
    if (error instanceof Left)
      api.tell('Left before an answer came. `limpet history` shows whether the command was accepted.');
    throw error;
  }
}

function requestOf(command: string, options: Options, interactive: boolean) {
  const { cwd, env, timeout, maxOutput, failIfBusy } = options;
  return {
    command,
    ...(interactive && { interactive }),
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
    ...(timeout !== undefined && { timeout }),
    ...(maxOutput !== undefined && { max_output: maxOutput }),
    ...(failIfBusy && { if_busy: 'fail' as const }),
  };
}

async function textOf(words: string[], file: string | undefined): Promise<string> {
  if (file === undefined ? words.length === 0 : words.length > 0)
    throw new UsageError('Give a command, or a file that holds one with --file. `limpet exec --help` has examples.');
  if (file === undefined) return commandText(words);
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read (${error.code}).`);
  });
}

/** A terminal is passed on only where that is asked for; /dev/null has nothing to pass on. */
function hasInput(interactive = false): boolean {
  if (process.stdin.isTTY) return interactive;
  return !fstatSync(0).isCharacterDevice();
}

/** Ctrl-C: for a command that still waits for its turn it means not to run it at all. */
async function interruptCommand(api: Api, id: string): Promise<void> {
  try {
    await api.client.signalCommand(id, 'INT');
  } catch (error) {
    const code = error instanceof Refused ? error.code : undefined;
    if (code === 'session_busy') await api.client.cancelCommand(id);
    else if (code !== 'command_ended') throw error;
  }
}

/** The first words with a bash: that it is well, where it is, and what could not be restored. */
import { constants, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Bash } from './bash.ts';
import { problemsOf } from './beginning.ts';
import type { PrivateDirectory } from './directory.ts';
import { ShellOpenError } from './errors.ts';
import { createNonce } from './protocol.ts';
import { parseCapture } from './state.ts';

/** Starting takes about ten milliseconds; a restored trap or a slow disk may take longer, but not for ever. */
export const openMsMax = 10_000;

/** How a shell has begun. */
export type Began = { cwd: string; problems: string[]; trapsInterrupt: boolean; trapsReturn: boolean };

/** The same exchange as after a command: it tells that the prelude is through, where the shell is, and what traps there are. Rejects where it is not. */
export async function firstExchange(bash: Bash, directory: PrivateDirectory): Promise<Began> {
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

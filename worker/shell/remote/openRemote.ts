/**
 * A shell that a program holds elsewhere: in a container, on another machine (a template: worker/sandbox/template.ts).
 *
 * All that program has to do is to start a bash, with its stdin and stdout; whatever it joins, quotes or hands to another shell, there are
 * no words of ours among its own. That bash reads the agent (agent.bash) from its stdin, and is the agent from then on. It starts the same
 * bash with the same prelude as here, by FIFOs in a private directory over there, and carries files and signals to it and output from it.
 *
 * What is not shared with the local shell is what would cost it time: there the host reads a command's FIFOs itself, and looks at processes
 * as they are now. Over there the agent does, since only it can be close to them; so ending, interrupting and verifying are its work, and
 * the host believes it as it believes bash. What is shared is what decides: the words between host and bash, the state, the result.
 *
 * A connection that ends is a shell that is gone, and not known how: its command is `shell_exited`, never `killed`. The agent ends all that it
 * started once its stdin ends, or says nothing for a minute.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { problemsOf, startParts } from '../beginning.ts';
import { graceMsDefault, within } from '../ending.ts';
import { ShellOpenError, UnreachableError } from '../errors.ts';
import { parseCapture } from '../state.ts';
import { innerId, limitOf, shellMarker } from '../tree.ts';
import type { Shell, ShellOptions } from '../types.ts';
import { Connection, silenceMs } from './connection.ts';
import { RemoteContext, writeFile } from './context.ts';
import { Exchange } from './exchange.ts';
import { bytesOf, type Frame } from './frames.ts';
import { RemoteShell } from './remoteShell.ts';
import { agentScript } from './script.ts';

/** A container may have to be made, and a login take its time; what prepares either for longer belongs into a lock hook. */
const openMsMax = 60_000;
const prelude = readFileSync(new URL('../prelude.bash', import.meta.url));

/** Opens it. Rejects with UnreachableError where there is no agent to talk to, and with ShellOpenError where that has no bash to offer. */
export async function openRemote(options: ShellOptions & Required<Pick<ShellOptions, 'connect'>>): Promise<Shell> {
  if (options.terminal) throw new UnreachableError(noTerminal);
  const secret = randomBytes(16).readBigUInt64LE().toString();
  const { environment } = options.connect;
  const connect = { ...options.connect, environment: { ...environment, [shellMarker]: options.id } };
  const connection = await Connection.start(connect, secret).catch((error: Error) => {
    throw new UnreachableError(`The program that is to hold the shell could not be started: ${error.message}`);
  });
  try {
    const context = await greet(connection, secret, options);
    return new RemoteShell(context, await begin(context));
  } catch (error) {
    await connection.end(options.graceMs ?? graceMsDefault);
    throw error;
  }
}

// Waits until the agent is there, and knows the variables of the shell that it will start.
async function greet(connection: Connection, secret: string, options: ShellOptions): Promise<RemoteContext> {
  const first = connection.next('hello', 'problem');
  const { environment, graceMs = graceMsDefault, program = 'bash', connect } = options;
  const silenceSeconds = (connect?.silenceMs ?? silenceMs) / 1000;
  const id = innerId(options.id);
  connection.begin(agentScript({ secret, id, limit: limitOf(id), program, graceMs, silenceSeconds, environment }));
  const frame = await inTime(connection, first);
  if (frame.kind === 'problem') throw new UnreachableError(`No shell can be held there: ${frame.words.join(' ')}`);
  const names = bytesOf(frame.words[1]).toString().split('\n').filter(Boolean);
  return new RemoteContext(connection, options, names);
}

async function begin(context: RemoteContext): Promise<{ cwd: string; problems: string[] }> {
  const { connection, options } = context;
  writeFile(context, 'prelude', prelude);
  writeFile(context, 'problems', '');
  writeFile(context, 'restore', Buffer.concat([startParts(options), options.restore ?? Buffer.of()]));
  connection.send('start');
  const exchange = new Exchange(context, { onOutput: () => {}, onLate: () => {}, outputs: 0 });
  const answering = exchange.run({});
  if (!(await within(answering, openMsMax))) throw new ShellOpenError(`bash was not ready within ${openMsMax} ms.`);
  const answer = await answering;
  if (answer.kind === 'gone' && !connection.isLost) {
    throw new ShellOpenError(`bash ended at once (${answer.exit.exitCode ?? 'it is not known how'}).`);
  }
  await exchange.settled();
  const capture = parseCapture(exchange.state, exchange.nonce, []);
  const told = connection.next('problems');
  connection.send('problems');
  const problems = await inTime(connection, told);
  if (answer.kind !== 'ended' || !capture) throw new ShellOpenError('bash did not take up the protocol.');
  context.trapsInterrupt = capture.trapsInterrupt;
  context.trapsReturn = capture.trapsReturn;
  return { cwd: capture.cwd, problems: problemsOf(bytesOf(problems.words[0]).toString()) };
}

async function inTime(connection: Connection, next: Promise<Frame | null>): Promise<Frame> {
  const isInTime = await within(next, openMsMax);
  const frame = isInTime ? await next : null;
  if (frame) return frame;
  const what = isInTime ? 'ended' : `did not answer within ${openMsMax / 1000} s`;
  throw new UnreachableError(`The program that is to hold the shell ${what} (${connection.words}).`);
}

const noTerminal =
  'This session has a terminal (tty), and there is none where a template holds the shells (LIMPET_SHELL_TEMPLATE). ' +
  'Open it without tty, or in a pool whose hosts hold their shells themselves.';

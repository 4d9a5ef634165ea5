/** What a command left in a shell elsewhere. */
import type { After } from '../result.ts';
import { parseCapture, parseCwd } from '../state.ts';
import { tooGreat } from '../streams.ts';
import type { RemoteContext } from './context.ts';
import type { Exchange, RemoteAnswer } from './exchange.ts';
import { numberOf } from './frames.ts';

/** Reads it, and keeps what the next command must know; null if the shell cannot tell. */
export async function keepAfter(
  context: RemoteContext,
  exchange: Exchange,
  answer: RemoteAnswer,
): Promise<After | null> {
  const { state: bytes, nonce } = exchange;
  if (!exchange.isStateWhole) return { cwd: parseCwd(bytes, nonce), state: null, stateProblem: tooGreat, jobs: null };
  const { options, environmentNames } = context;
  const names = [...new Set([...environmentNames, ...Object.keys({ ...options.environment, ...options.exports })])];
  const capture = parseCapture(bytes, nonce, names);
  if (answer.kind !== 'ended' || !capture) return null;
  context.jobs = capture.jobs;
  context.trapsInterrupt = capture.trapsInterrupt;
  context.trapsReturn = capture.trapsReturn;
  return { cwd: capture.cwd, state: capture.state, stateProblem: null, jobs: await running(context) };
}

/** How many of the jobs run; null if that is not known. bash lists one that has ended until it has told so. */
async function running({ jobs, connection }: RemoteContext): Promise<number | null> {
  if (jobs.length === 0) return 0;
  const counted = connection.next('count');
  connection.send(`count ${jobs.join(' ')}`);
  const frame = await counted;
  return numberOf(frame?.words[0], jobs.length);
}

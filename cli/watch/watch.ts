/** A command's output on our own, from anywhere to its end. */
import { once } from 'node:events';
import { size } from '../../html/text.ts';
import { hasEnded } from '../../sql/contract/commandStates.ts';
import type { StreamName } from '../../sql/contract.ts';
import type { Progress } from '../../sql/edge.ts';
import type { Api } from '../api.ts';
import { LostConnection } from '../client/follow.ts';
import { exitCodeOf, exitCodes, sentenceOf } from './ending.ts';
import { interruptedCode, Left } from './signals.ts';

type Watched = {
  id: string;
  /** How its user would name it. */
  reference: string;
  /** It has a shell of its own, which ends with it. */
  own: boolean;
};

type WatchOptions = {
  signal: AbortSignal;
  from?: Record<StreamName, number>;
  /** Leaves output out. */
  quiet?: boolean;
  /** Called when nobody reads the output any more. */
  onClosed?: () => Promise<unknown>;
};

/** After so long in the queue a person is told so. */
const queuedMsQuiet = 1_000;

/** Shows a command to its end; says on stderr what its exit code does not. Returns the exit code to leave with. */
export async function watch(api: Api, watched: Watched, options: WatchOptions): Promise<number> {
  try {
    const ended = await show(api, watched, options);
    const { problem } = ended.exit_code === 0 ? { problem: null } : await api.client.readCommand(watched.id);
    const sentence = sentenceOf({ ...ended, problem }, watched.own);
    if (sentence) api.tell(sentence);
    return exitCodeOf(ended);
  } catch (error) {
    const reason = options.signal.aborted ? options.signal.reason : error;
    if (reason instanceof Left) return leave(api, watched, reason, options);
    if (!(reason instanceof LostConnection)) throw reason;
    api.tell(`${reason.message} ${howToReturn(watched)}`);
    return exitCodes.disconnected;
  }
}

async function leave(
  api: Api,
  watched: Watched,
  { exitCode, isClosed }: Left,
  { onClosed }: WatchOptions,
): Promise<number> {
  if (isClosed) await onClosed?.().catch(() => {});
  else {
    if (process.stderr.isTTY && exitCode === interruptedCode) process.stderr.write('\n');
    api.tell(`Left. ${howToReturn(watched)}`);
  }
  return exitCode;
}

function howToReturn({ reference }: Watched): string {
  return `The command goes on: \`limpet tail ${reference}\` shows it again, \`limpet cancel ${reference}\` ends it.`;
}

/** Resolves with the end; throws when it is left. */
async function show(api: Api, { id }: Watched, { signal, from, quiet }: WatchOptions): Promise<Progress> {
  let isLost = false;
  const onLost = () => {
    if (!isLost) api.hint('The connection was lost; trying again. The command goes on meanwhile.');
    isLost = true;
  };
  const waiting = setTimeout(() => api.hint('Waiting for its turn; Ctrl-C takes it back.'), queuedMsQuiet);
  try {
    for await (const told of api.client.follow(id, { signal, onLost, ...(from && { from }) })) {
      if (isLost) api.hint('Connected again.');
      isLost = false;
      if (told.kind !== 'state' || told.progress.state !== 'queued') clearTimeout(waiting);
      if (told.kind === 'state' && hasEnded(told.progress.state)) return told.progress;
      if (told.kind === 'hole') api.tell(`${size(told.bytes)} of ${told.stream} are missing here: beyond max_output.`);
      if (told.kind === 'output' && !quiet) await write(told.stream, told.bytes, signal);
    }
  } finally {
    clearTimeout(waiting);
  }
  throw new LostConnection('Its events ended before it did.');
}

/** As fast as it is read, and no faster. */
async function write(stream: StreamName, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!process[stream].write(bytes)) await once(process[stream], 'drain', { signal });
}

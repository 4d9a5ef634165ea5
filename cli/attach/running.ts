/** A command in a remote terminal, shown on the one that one sits at; keys go the other way. */

import { hasEnded } from '../../sql/contract/commandStates.ts';
import type { Command } from '../../sql/contract.ts';
import type { Progress } from '../../sql/edge.ts';
import type { Api } from '../api.ts';
import { leaveScreen, painted } from './paint.ts';
import { QueryFilter } from './queries.ts';
import { Typing } from './typing.ts';

/** What a command has printed so far is shown again up to this; of more, the picture of the screen is. */
const replayBytesMax = 256 * 1024;

const esc = '\x1b';
const sequence = new RegExp(`${esc}(?:\\[[0-?]*[ -/]*[@-~]|[@-Z\\\\^_=>])`, 'g');

type Outcome = { progress?: Progress; detached: boolean };

/** Resolves when the command has ended, or when the detach key was pressed; then the command goes on. */
export async function showRunning(
  api: Api,
  command: Command,
  detachKey: number,
  resize: () => Promise<void>,
): Promise<Outcome> {
  const leaving = new AbortController();
  const typing = new Typing(api.client, command.session_id, (error) =>
    api.tell(`What you typed may not have arrived: ${error.message}`),
  );
  const onData = (bytes: Buffer) => {
    const at = bytes.indexOf(detachKey);
    if (at !== 0) typing.press(at < 0 ? bytes : bytes.subarray(0, at));
    if (at >= 0) leaving.abort();
  };
  process.stdin.on('data', onData).resume();
  try {
    const progress = await show(api, command, leaving.signal, resize);
    return { progress, detached: false };
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    await typing.sent();
    process.stdout.write(`${leaveScreen}\r\n`);
    return { detached: true };
  } finally {
    process.stdin.off('data', onData).pause();
  }
}

async function show(
  api: Api,
  { id, session_id, stdout_bytes: bytes }: Command,
  signal: AbortSignal,
  resize: () => Promise<void>,
): Promise<Progress> {
  const filter = new QueryFilter();
  const isLong = bytes > replayBytesMax;
  if (isLong) {
    process.stdout.write(painted(await api.client.readScreen(session_id)));
    // A program that draws the whole screen does so again for a new size.
    await resize();
  }
  const from = isLong ? { from: { stdout: bytes, stderr: 0 } } : {};
  const onLost = () => api.hint('The connection was lost; trying again.');
  let line = '';
  for await (const told of api.client.follow(id, { signal, onLost, ...from })) {
    if (told.kind === 'output') {
      const shown = filter.push(told.bytes);
      process.stdout.write(shown);
      line = lastLine(line, shown);
    }
    if (told.kind === 'state' && hasEnded(told.progress.state)) {
      process.stdout.write(filter.end());
      // The prompt begins a line of its own.
      if (line !== '') process.stdout.write('\r\n');
      return told.progress;
    }
  }
  throw new Error('Its events ended before it did.');
}

/** What stands in the line that was begun last, escape sequences left out. */
function lastLine(before: string, bytes: Uint8Array): string {
  const text = before + Buffer.from(bytes).toString('latin1').replace(sequence, '');
  return text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1).slice(-1);
}

/** A session as it is worked in: each command with its text, its output and its end. */
import { setTimeout as delay } from 'node:timers/promises';
import { duration } from '../../html/text.ts';
import type { Command } from '../../sql/contract.ts';
import type { Api } from '../api.ts';
import { styleFor } from '../terminal/style.ts';
import { lastLines } from './lastLines.ts';
import { Left } from './signals.ts';
import { watch } from './watch.ts';

/** How soon a new command is noticed while none runs. */
const lookMs = 1_000;

/** Shows what runs now, or ran last, and all that follows, until it is left or the session is closed. */
export async function tailSession(
  api: Api,
  id: string,
  reference: string,
  lines: number | undefined,
  signal: AbortSignal,
): Promise<number> {
  let after = await beforeNow(api, id);
  let isWaiting = false;
  try {
    for (;;) {
      const { items } = await api.client.listSessionCommands(id, { after });
      for (const command of items) {
        await showCommand(api, command, reference, lines, signal);
        after = command.seq;
      }
      if (items.length > 0) isWaiting = false;
      if (items.length > 0) continue;
      if ((await api.client.readSession(id)).state === 'closed') {
        api.hint('The session is closed.');
        return 0;
      }
      if (!isWaiting) api.hint('Waiting for the next command; Ctrl-C leaves.');
      isWaiting = true;
      await delay(lookMs, undefined, { signal });
    }
  } catch (error) {
    const reason = signal.aborted ? signal.reason : error;
    if (reason instanceof Left) return reason.exitCode;
    throw reason;
  }
}

/** The number of the command before the first to show: the one that runs, or else the last one that ended. */
async function beforeNow(api: Api, id: string): Promise<number> {
  const { running_command_id: running, commands, queued } = await api.client.readSession(id);
  if (running !== null) return (await api.client.readCommand(running)).seq - 1;
  return Math.max(0, commands - queued - 1);
}

async function showCommand(
  api: Api,
  { id, seq, command }: Command,
  session: string,
  lines: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const style = styleFor(process.stderr, api.environment);
  process.stderr.write(`${style.bold(`── ${session}:${seq} $ ${command.trimEnd()}`)}\n`);
  const from = lines === undefined ? undefined : await lastLines(api.client, id, lines);
  const code = await watch(api, { id, reference: `${session}:${seq}`, own: false }, { signal, ...(from && { from }) });
  signal.throwIfAborted();
  const { run_ms } = await api.client.readCommand(id);
  const took = run_ms === null ? '' : ` after ${duration(run_ms)}`;
  process.stderr.write(`${code === 0 ? style.good('── 0') : style.bad(`── ${code}`)}${style.dim(took)}\n`);
}

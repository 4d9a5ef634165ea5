import type { Command as Program } from 'commander';
import type { Replay } from '../../sql/contract.ts';
import { type Api, apiCommand, runApi } from '../api.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { oneLine, type Style } from '../terminal/style.ts';
import { cut } from '../terminal/table.ts';
import { exitCodes } from '../watch/ending.ts';
import { Left, leavingSignal } from '../watch/signals.ts';
import { positive } from './options.ts';

type Options = ConnectionFlags & {
  from?: number;
  to?: number;
  name?: string;
  stopOnDifference?: boolean;
  force?: boolean;
  detach?: boolean;
  json?: boolean;
};
type Item = Replay['items'][number];

/** As long as the server may wait. */
const waitS = 30;

const examples = `  limpet replay demo                  all of its commands, in a new session, each result compared
  limpet replay demo --from 2 --to 9 --stop-on-difference
  limpet replay demo --json | jq '.items[] | select(.same == false)'

The exit code is 0 where all is the same, 1 where something differs or the replay stopped, 125 where limpet failed. The same range
again shows the replay that there is, or resumes one that stopped; --force runs it anew.`;

/** `limpet replay`: runs commands again and says what differs. */
export function addReplay(program: Program): void {
  apiCommand(program, 'replay', 'run commands again in a new session, and compare', examples)
    .argument('<session>', 'by name or id')
    .option('--from <number>', 'the first command (default: 1)', positive)
    .option('--to <number>', 'the last (default: the last one that ended)', positive)
    .option('--name <name>', 'of the new session')
    .option('--stop-on-difference', 'run nothing after the first that differs')
    .option('--force', 'run it also where this range was replayed before')
    .option('-d, --detach', 'print the id of the replay, and do not wait')
    .option('--json', 'print the replay as JSON once it is done')
    .action((session: string, options: Options) =>
      runApi(options, (api) => replay(api, session, options), exitCodes.failed),
    );
}

async function replay(
  api: Api,
  source: string,
  { from, to, name, stopOnDifference, force, detach, json }: Options,
): Promise<number> {
  const given = { from, to, name, stop_on_difference: stopOnDifference, force };
  const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const signal = leavingSignal();
  const started = await api.client.replaySession(source, body);
  if (detach) {
    api.print(json ? JSON.stringify(started) : started.id);
    return 0;
  }
  try {
    const ended = await untilDone(api, started, signal, json ? () => {} : (item) => api.print(told(api.style, item)));
    if (json) api.print(JSON.stringify(ended));
    else sum(api, ended);
    return ended.state === 'done' && ended.items.every(({ same }) => same) ? 0 : 1;
  } catch (error) {
    if (signal.reason instanceof Left)
      api.tell('Left. The replay goes on; the same command, without --force, shows it again.');
    throw signal.aborted ? signal.reason : error;
  }
}

/** Tells each item once its result is known. */
async function untilDone(api: Api, started: Replay, signal: AbortSignal, tell: (item: Item) => void): Promise<Replay> {
  let toldOf = 0;
  for (let replay = started; ; ) {
    const known = replay.items.findIndex(
      ({ replay: result }) => result === null || result.state === null || isOpen(result.state),
    );
    const end = known < 0 ? replay.items.length : known;
    for (const item of replay.items.slice(toldOf, end)) tell(item);
    toldOf = Math.max(toldOf, end);
    if (replay.state !== 'running') return replay;
    const waitedFor = replay.items[toldOf]?.replay?.command_id;
    if (waitedFor !== undefined) await api.client.readCommand(waitedFor, waitS, signal);
    replay = await api.client.readReplay(started.id);
  }
}

function isOpen(state: string): boolean {
  return state === 'queued' || state === 'running';
}

function told(style: Style, { seq, command, original, replay, same }: Item): string {
  const mark = same ? style.good('same   ') : same === null ? style.busy('unknown') : style.bad('differs');
  const width = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const difference = same === false && replay ? style.bad(` (${differenceOf(original, replay)})`) : '';
  return `${String(seq).padStart(4)}  ${mark}  ${cut(oneLine(command.trim()), Math.max(20, width - 50))}${difference}`;
}

function differenceOf(original: Item['original'], replay: NonNullable<Item['replay']>): string {
  const found: string[] = [];
  if (original.state !== replay.state) found.push(`${original.state} → ${replay.state}`);
  if (original.exit_code !== replay.exit_code) found.push(`exit code ${original.exit_code} → ${replay.exit_code}`);
  for (const stream of ['stdout', 'stderr'] as const) {
    if (original.sha256?.[stream] !== replay.sha256?.[stream]) found.push(stream);
  }
  return found.join(', ') || 'output';
}

function sum(api: Api, { state, reason, items, session_id }: Replay): void {
  const count = (wanted: boolean) => items.filter(({ same }) => same === wanted).length;
  const end = state === 'stopped' ? `stopped${reason ? `: ${reason}` : ''}` : 'done';
  api.print(`${end}, ${count(true)} the same, ${count(false)} different of ${items.length}, in session ${session_id}`);
}

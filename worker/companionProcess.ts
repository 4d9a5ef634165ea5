/** The companion itself (see companion.ts). It holds nothing open but its pipe; it connects only to report a death. */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { hostCalls } from '../sql/host.ts';
import type { CompanionMessage } from './companion.ts';
import { openDatabase, untilAnswered } from './database.ts';
import { bury } from './housekeeping.ts';
import { endTrees } from './shell/index.ts';

type Start = Extract<CompanionMessage, { kind: 'start' }>;

const shells = new Map<string, number>();
let start: Start | undefined;
let deadline: NodeJS.Timeout | undefined;
let acting = false;

const log = (level: string, event: string, fields: Record<string, unknown> = {}) =>
  console.error(JSON.stringify({ level, time: new Date().toISOString(), event, process: 'companion', ...fields }));

/** Ends every shell of the host, then says so: only what is gone may be adopted. */
async function act(reason: string): Promise<void> {
  if (acting || start === undefined) return;
  acting = true;
  clearTimeout(deadline);
  log('warn', 'host_lost', { reason, shells: shells.size });
  await endTrees(
    [...shells].map(([id, shellPid]) => ({ id, shellPid })),
    start.graceMs,
  );
  await rm(start.runDir, { recursive: true, force: true });
  const database = openDatabase(start.connectionString, log, 1);
  const calls = hostCalls(database.query);
  const { incarnation } = start;
  const sessions = await untilAnswered(() => calls.confirmDeath(incarnation), log);
  await untilAnswered(() => bury(sessions, calls, log), log);
  await database.pool.end();
  log('info', 'host_buried', { incarnation, sessions: sessions.length });
  process.exit(0);
}

function hear(message: CompanionMessage): void {
  if (message.kind === 'start') start = message;
  if (message.kind === 'opened') shells.set(message.id, message.pid);
  if (message.kind === 'closed') shells.delete(message.id);
  if (message.kind === 'bye') process.exit(0);
  if (message.kind === 'renewed') {
    clearTimeout(deadline);
    deadline = setTimeout(() => void act('late'), message.deadlineMs);
  }
}

// A signal to a whole terminal or service reaches the companion too; it stays until its host has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => hear(JSON.parse(line) as CompanionMessage));
lines.on('close', () => void act('gone'));

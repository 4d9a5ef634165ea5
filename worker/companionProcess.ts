/** The companion itself (see companion.ts). It holds nothing open but its pipe; it connects only to report a death. */
import { createInterface } from 'node:readline';
import type { Log } from '../sql/contract.ts';
import type { CompanionMessage } from './companion.ts';
import { openDatabase } from './database.ts';
import { Guard } from './guard.ts';
import { endTrees } from './shell/index.ts';

const log: Log = (level, event, fields = {}) =>
  console.error(JSON.stringify({ level, time: new Date().toISOString(), event, process: 'companion', ...fields }));

const guard = new Guard({
  endTrees,
  openDatabase: (connectionString) => openDatabase(connectionString, log, { max: 1 }),
  log,
  leave: () => process.exit(0),
});

// A signal to a whole terminal or service reaches the companion too; it stays until its host has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Whoever read its words may be gone with the host.
process.stderr.on('error', () => undefined);
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => guard.hear(JSON.parse(line) as CompanionMessage));
lines.on('close', () => void guard.act('gone'));

/** How long ended commands are kept: shown, tried and set by the rights of the database's owner. */
import type { RetentionDue } from '../sql/retention.ts';
import { asOwner } from './admin.ts';
import { findConnectionString, runCommand } from './commands/context.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Prints for how long is kept, and what would go now; with `keepMs`, if so long were kept. */
export function showRetention({ keepMs, json }: { keepMs?: number | undefined; json?: boolean | undefined }) {
  return runCommand(async ({ settings }) => {
    const due = await asOwner(await findConnectionString(settings), (admin) => admin.retentionDue(keepMs));
    console.log(json ? JSON.stringify(due) : described(due, keepMs));
  });
}

/** Sets it; 0 is for ever. */
export function setRetention(keepMs: number) {
  return runCommand(async ({ settings }) => {
    await asOwner(await findConnectionString(settings), (admin) => admin.setRetention(keepMs));
    console.log(`Ended commands and closed sessions are kept ${span(keepMs)}. What is older goes within the hour.`);
  });
}

function described({ keep_ms, commands, bytes, sessions }: RetentionDue, keepMs: number | undefined): string {
  const would = keepMs === undefined ? 'Due now' : `Kept ${span(keepMs)}, due now would be`;
  return [
    `Ended commands and closed sessions are kept ${span(keep_ms)}.`,
    `${would}: ${commands} commands with ${bytes} bytes of output, and ${sessions} sessions. Nothing was removed by asking.`,
  ].join('\n');
}

function span(ms: number): string {
  if (ms === 0) return 'for ever';
  return ms % dayMs === 0 ? `for ${ms / dayMs} days` : `for ${ms / hourMs} hours`;
}

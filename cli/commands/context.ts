/** What every command of `limpet` that reaches the database starts with. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../sql/contract.ts';
import { parseSettings, type Settings } from '../env.ts';
import { createLog, hideSecrets } from '../log.ts';
import { environmentWithSecrets } from '../secrets.ts';
import { Stopped, stopSignal } from '../signals.ts';

/** What a command that starts something works with. */
export type Context = {
  settings: Settings;
  environment: NodeJS.ProcessEnv;
  log: Log;
  /** Aborts when the process is asked to stop. */
  signal: AbortSignal;
  /** Resolves when standard input ends, where secrets came by it. */
  stdinEnded: Promise<void>;
};

/**
 * Runs a command with its settings read and its secrets out of sight, and ends the process with 0, or with 1 and one
 * line that says why. What a command leaves unfinished must not keep the process alive, hence the exit.
 */
export async function runCommand(command: (context: Context) => Promise<void>): Promise<never> {
  let log = createLog('info');
  try {
    const { environment, ended } = await environmentWithSecrets();
    const settings = parseSettings(environment);
    log = createLog(settings.LIMPET_LOG_LEVEL);
    await command({ settings, environment, log, signal: stopSignal(log), stdinEnded: ended });
  } catch (error) {
    if (!(error instanceof Stopped)) {
      tell(log, error as Error);
      process.exit(1);
    }
  }
  process.exit(0);
}

/** Why it failed: as a line of the log, or as a plain sentence where a person reads stderr on a terminal. */
function tell(log: Log, error: Error): void {
  if (process.stderr.isTTY) console.error(String(hideSecrets(error)));
  else log('error', 'failed', { error });
}

/** DATABASE_URL, or that of the `limpet up` which runs on the data directory. Throws a sentence when there is neither. */
export async function findConnectionString({ DATABASE_URL, LIMPET_DATA_DIR }: Settings): Promise<string> {
  if (DATABASE_URL) return DATABASE_URL;
  const file = path.join(LIMPET_DATA_DIR, 'database-url');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new Error(`Set DATABASE_URL, or LIMPET_DATA_DIR to a running limpet's: ${file} is not readable.`, {
      cause: error,
    });
  }
}

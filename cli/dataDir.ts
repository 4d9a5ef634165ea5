/**
 * The data directory, held by one process at a time.
 *
 * Node has no flock, and a file with a process id in it cannot be taken over from a killed process without a race.
 * SQLite, which Node carries, takes the system's own file lock: the kernel gives it back when the process dies.
 */
import { closeSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data directory that this process holds alone. */
export type DataDir = {
  path: string;
  /** Puts the owner's connection string where further hosts can read it: `database-url`, for this user only. */
  writeDatabaseUrl(connectionString: string): Promise<void>;
  release(): void;
};

/** Makes the directory and holds it until `release` or the end of the process. Throws a sentence when another holds it. */
export function holdDataDir(directory: string): DataDir {
  // Root's Postgres and shells run as other accounts, which must be able to go through it; nobody may list it.
  mkdirSync(directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const dataDir = realpathSync(directory);
  const lock = lockFile(path.join(dataDir, 'lock'), directory);
  return {
    path: dataDir,
    writeDatabaseUrl: (connectionString) => replace(path.join(dataDir, 'database-url'), `${connectionString}\n`),
    release: () => lock.close(),
  };
}

function lockFile(file: string, directory: string): DatabaseSync {
  // Made for this user only: somebody else's shared lock would keep us out.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode !== busy) throw error;
    throw new Error(
      `Another limpet is running on ${directory}: stop it first, or choose another LIMPET_DATA_DIR and PORT.`,
    );
  }
}

/** SQLITE_BUSY, https://www.sqlite.org/rescode.html#busy */
const busy = 5;

/** Readers see the old file or the new one, never a part. */
async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

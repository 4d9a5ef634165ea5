/** Where the cluster lives and what has to be remembered about it between two starts. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../../sql/contract.ts';
import { type Account, canPass } from './account.ts';

const Place = z.object({
  /** Holds the cluster, in `postgres/`. */
  directory: z.string(),
  /** The port of the last start: kept while it is free, so that written-down connection strings stay true. */
  port: z.number().int().min(0).max(65_535),
  superuserPassword: z.string(),
  ownerPassword: z.string(),
});
export type Place = z.infer<typeof Place>;

type FindPlace = { dataDir: string; elsewhere: string; account: Account | undefined; log: Log };

/** Reads `postgres.json` of the data directory, or decides on a place and writes it. */
export async function findPlace({ dataDir, ...options }: FindPlace): Promise<Place> {
  const file = placeFile(dataDir);
  try {
    return Place.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`${file} cannot be read: put it back, or move the data directory away.`, { cause: error });
    }
  }
  const directory = await chooseDirectory({ dataDir, ...options });
  const place = { directory, port: 0, superuserPassword: newPassword(), ownerPassword: newPassword() };
  await savePlace(dataDir, place);
  return place;
}

/** Replaces `postgres.json` in one step; only the current user may read it. */
export async function savePlace(dataDir: string, place: Place): Promise<void> {
  const file = placeFile(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(place, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

function placeFile(dataDir: string): string {
  return path.join(dataDir, 'postgres.json');
}

/** Below a directory such as /root the account reaches nothing, so its cluster goes where every account may pass. */
async function chooseDirectory({ dataDir, elsewhere, account, log }: FindPlace): Promise<string> {
  if (!account || canPass(dataDir, account)) return dataDir;
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  const directory = await mkdtemp(path.join(elsewhere, 'data-'));
  // mkdtemp makes it for root alone; the cluster inside is closed to all but its account.
  await chmod(directory, 0o711);
  log('info', 'postgres_elsewhere', { reason: `${account.name} cannot enter ${dataDir}`, directory });
  return directory;
}

/** 192 bits, in characters that need no escaping in a URL. */
function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

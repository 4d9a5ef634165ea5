/** The first admin key and the link that logs a browser in: made by whoever owns the database, without a key. */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { uuidv7 } from '../functions/ids.ts';
import { newKey, shardToken } from '../functions/shards.ts';
import { adminCalls } from '../sql/admin.ts';

/** The owner's calls over a connection. */
export type Admin = ReturnType<typeof adminCalls>;

/** Connects as the owner for as long as `work` takes. */
export async function asOwner<Result>(
  connectionString: string,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString, application_name: 'limpet' });
  await client.connect();
  try {
    return await work(adminCalls(async (text, values) => (await client.query(text, [...values])).rows));
  } finally {
    await client.end();
  }
}

/**
 * Sees to it that an admin key exists: the `given` one, or else any. Returns the key if one had to be made up, which
 * is the only time that anybody can read it.
 */
export async function ensureAdminKey(
  admin: Admin,
  given: string | undefined,
  shard?: string,
): Promise<string | undefined> {
  if (given !== undefined) {
    await admin.bootstrapKey(uuidv7(), 'bootstrap', sha256(given));
    return undefined;
  }
  return (await admin.hasAdminKey()) ? undefined : makeAdminKey(admin, 'first', shard);
}

/** Makes an admin key and returns it. */
export async function makeAdminKey(admin: Admin, name: string, shard?: string): Promise<string> {
  const id = uuidv7();
  const key = newKey(id, shard);
  await admin.bootstrapKey(id, name, sha256(key));
  return key;
}

/** The path of a link that works once. Throws where there is no admin key that it could log in as. */
export async function makeLoginPath(admin: Admin, shard?: string): Promise<string> {
  const token = shardToken(shard, randomBytes(32).toString('base64url'));
  if (!(await admin.createLoginLink(sha256(token)))) throw new Error('There is no admin key: limpet keys create');
  return `/login/${token}`;
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

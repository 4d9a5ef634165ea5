/** An embedded database with the short leases of a fleet, for tests of `limpet up`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { shortLeases } from './fleet.ts';
import { startLimpet } from './limpet.ts';
import { shorten } from './openFleet.ts';

/** Makes a data directory whose database tells hosts of short leases: neither an end nor a start waits for long then. */
export async function makeWithShortLeases(env: Record<string, string> & { LIMPET_DATA_DIR: string }): Promise<void> {
  const made = await startLimpet(env, '--without-host');
  try {
    const url = await readFile(path.join(env.LIMPET_DATA_DIR, 'database-url'), 'utf8');
    const owner = new pg.Client(url.trim());
    await owner.connect();
    await shorten(async (text, values) => (await owner.query(text, [...values])).rows, shortLeases);
    await owner.end();
  } finally {
    made.kill('SIGTERM');
    await made.ended;
  }
}

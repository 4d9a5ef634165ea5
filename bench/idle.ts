/** What a limpet asks its database when nobody asks it for anything: its host, and a page that is open. */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { openWatchedPage } from './page.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';

/** What was done before is in the index of search half a minute later; a page that was just opened looks again then, and then every five minutes. */
const settleMs = 45_000;
const watchMs = 60_000;

/** Transactions a second. */
export async function idle() {
  return withStack(async ({ stack, client, database }) => {
    await keepVacuumAway(database);
    const session = await client.open();
    await client.run(session, 'true');
    await delay(settleMs);
    const host = await perSecond(database);
    const page = await openWatchedPage(stack, `/s/${session}`);
    await delay(settleMs);
    const both = await perSecond(database);
    await page.close();
    const rows: Row[] = [
      { what: 'an idle host', unit: 'queries a second', measured: rounded(host), must: 2, goal: 0.5 },
      {
        what: 'an idle open page',
        unit: 'queries a second',
        measured: rounded(Math.max(0, both - host)),
        must: 1,
        goal: 0,
      },
    ];
    return { rows, seen: {} };
  });
}

/** Postgres' own transactions are counted as any other: after a start there are dozens, as all tables are new. */
async function keepVacuumAway(database: pg.Client): Promise<void> {
  const { rows } = await database.query(
    "select format('alter table %I.%I set (autovacuum_enabled = false)', schemaname, tablename) as text from pg_tables where tableowner = current_user",
  );
  for (const { text } of rows as { text: string }[]) await database.query(text);
  // And the catalogues, which have changed by it.
  await database.query('vacuum (analyze)');
}

/** Our own two looks are taken away. */
async function perSecond(database: pg.Client): Promise<number> {
  const before = await transactions(database);
  await delay(watchMs);
  return ((await transactions(database)) - before - 1) / (watchMs / 1000);
}

async function transactions(database: pg.Client): Promise<number> {
  await delay(1_500); // backends report what they did once a second
  const { rows } = await database.query(
    'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()',
  );
  return Number((rows[0] as { count: string }).count);
}

/** Databases of a cluster: made, and dropped with whoever is still connected. */
import pg from 'pg';

/** Copies `template` when given; nobody may be connected to that one meanwhile. */
export async function createDatabase(url: string, name: string, template = 'template1'): Promise<void> {
  await withClient(url, (client) =>
    client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`),
  );
}

/**
 * Ends the connections that remain to the database as well. Postgres gives them five seconds to go by themselves: a
 * client that has just said goodbye would take the sudden end for a failure. A database that is gone is no error.
 */
export async function dropDatabase(url: string, name: string): Promise<void> {
  const drop = `drop database if exists ${pg.escapeIdentifier(name)}`;
  await withClient(url, (client) =>
    client.query(drop).catch((error) => {
      if (error.code !== objectInUse) throw error;
      return client.query(`${drop} with (force)`);
    }),
  );
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const objectInUse = '55006';

/** Drops every database whose name begins with `prefix`. */
export async function dropDatabases(url: string, prefix: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await dropDatabase(url, datname);
  });
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** What the command line and the tests ask of a whole cluster, rather than of limpet's own schema. */
import pg from 'pg';

/** An owner and its database, as they should be in a cluster that limpet started itself. */
export type Owner = { name: string; password: string; database: string };

/**
 * Makes the owner and its database if they are missing. The owner may create roles and databases and is no
 * superuser: the embedded Postgres then demands what a hosted one does, and a function that runs with its owner's
 * rights has only those.
 */
export async function ensureOwner(superuserUrl: string, { name, password, database }: Owner): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    const role = await client.query('select from pg_roles where rolname = $1', [name]);
    if (role.rowCount === 0) {
      const [identifier, literal] = [pg.escapeIdentifier(name), pg.escapeLiteral(password)];
      await client.query(`create role ${identifier} login createrole createdb password ${literal}`);
    }
    const existing = await client.query('select from pg_database where datname = $1', [database]);
    if (existing.rowCount === 0) {
      await client.query(`create database ${pg.escapeIdentifier(database)} owner ${pg.escapeIdentifier(name)}`);
    }
  });
}

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

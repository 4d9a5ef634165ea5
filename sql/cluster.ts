/** What the command line asks of a whole cluster that limpet started itself, rather than of limpet's own schema. */
import pg from 'pg';

/** An owner and its database, as they should be in it. */
type Owner = { name: string; password: string; database: string };

/**
 * Makes the owner and its database if they are missing. The owner may create roles and databases and is no
 * superuser: the embedded Postgres then demands what a hosted one does, and a function that runs with its owner's
 * rights has only those.
 */
export async function ensureOwner(superuserUrl: string, { name, password, database }: Owner): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const role = await client.query('select from pg_roles where rolname = $1', [name]);
    if (role.rowCount === 0) {
      const [identifier, literal] = [pg.escapeIdentifier(name), pg.escapeLiteral(password)];
      await client.query(`create role ${identifier} login createrole createdb password ${literal}`);
    }
    const existing = await client.query('select from pg_database where datname = $1', [database]);
    if (existing.rowCount === 0) {
      await client.query(`create database ${pg.escapeIdentifier(database)} owner ${pg.escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}

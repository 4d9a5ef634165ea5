/** A migrated database with an admin key, for tests of the SQL API itself. */
import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { adminCalls } from '../../sql/admin.ts';
import type { Query } from '../../sql/contract.ts';
import { edgeCalls } from '../../sql/edge.ts';
import { hostCalls, type Owned } from '../../sql/host.ts';
import { createDatabase } from '../support/database.ts';

/** SHA-256 of a key, as the edge passes it on. */
export const credentialOf = (key: string) => createHash('sha256').update(key).digest();

export interface SqlFixture {
  url: string;
  query: Query;
  edge: ReturnType<typeof edgeCalls>;
  host: ReturnType<typeof hostCalls>;
  /** An admin key's credential. */
  admin: Buffer;
  /** Makes another owner with a key of these scopes. */
  key(owner: string, scopes?: ('read' | 'execute' | 'admin')[]): Promise<Buffer>;
  /** Registers a host. */
  register(capacity?: number): Promise<string>;
  /** Opens a session and has a host adopt it. */
  adopted(incarnation: string): Promise<Owned>;
  drop(): Promise<void>;
}

export async function sqlFixture(): Promise<SqlFixture> {
  const database = await createDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 20 });
  const query: Query = async (text, values) => (await pool.query(text, [...values])).rows;
  const [edge, host] = [edgeCalls(query), hostCalls(query)];
  const admin = credentialOf('admin');
  await adminCalls(query).bootstrapKey(randomUUID(), 'bootstrap', admin);
  return {
    url: database.url,
    query,
    edge,
    host,
    admin,
    key: async (owner, scopes = ['execute']) => {
      const credential = credentialOf(randomUUID());
      await edge.createKey(admin, randomUUID(), credential, { name: owner, owner, scopes });
      return credential;
    },
    register: async (capacity = 10) => {
      const incarnation = randomUUID();
      await host.registerHost(incarnation, { name: incarnation, pool: 'default', capacity, version: 'test' });
      // Nobody beats for it, and a slow machine must not end its lease in the middle of a test.
      await query(`update limpet.hosts set lease_until = lease_until + interval '1 hour' where incarnation = $1`, [
        incarnation,
      ]);
      return incarnation;
    },
    adopted: async (incarnation) => {
      const session = randomUUID();
      await edge.createSession(admin, session, {});
      const adopted = await host.adoptSession(incarnation, session);
      if (adopted === null || 'refused' in adopted) throw new Error('the session was not adopted');
      return { incarnation, session, epoch: adopted.epoch };
    },
    drop: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

/** A plain end of a command that printed nothing. */
export const ended = {
  state: 'exited',
  exit_code: 0,
  signal: null,
  cwd: '/tmp',
  generation: 1,
  problem: null,
  stdout_bytes: 0,
  stderr_bytes: 0,
  stdout_sha256: '00',
  stderr_sha256: '00',
  jobs: 0,
} as const;

/** Calls as PostgREST makes them: its settings, its role, and its query, in one transaction. Source: docs.postgrest.org, "Transactions". */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type SqlFixture, sqlFixture } from './fixture.ts';

export interface PostgrestRequest {
  headers?: Record<string, string>;
  /** GET is read-only. */
  method?: 'GET' | 'POST';
}

export interface Postgrest {
  fixture: SqlFixture;
  /** The connection as the login role that PostgREST has. */
  client: pg.Client;
  /** `POST /rpc/NAME` with these arguments as its JSON body; returns the body of the answer. Rejects with what Postgres says. */
  rpc(name: string, args?: Record<string, unknown>, request?: PostgrestRequest): Promise<unknown>;
  drop(): Promise<void>;
}

type Parameter = { name: string; type: string };
type Routine = { parameters: Parameter[]; returns_set: boolean };

/** A database, and a login of its own that may become the anonymous role `limpet_edge` and is nothing itself. */
export async function postgrest(): Promise<Postgrest> {
  const fixture = await sqlFixture();
  const role = `postgrest_${randomBytes(4).toString('hex')}`;
  const password = randomBytes(8).toString('hex');
  await fixture.query(`create role ${role} login noinherit password '${password}' in role limpet_edge`, []);
  const url = new URL(fixture.url);
  const { hostname: host, port, pathname } = url;
  const database = pathname.slice(1);
  const socket = url.searchParams.get('host');
  const client = new pg.Client({ host: socket ?? host, port: Number(port), database, user: role, password });
  await client.connect();
  return {
    fixture,
    client,
    rpc: (name, args = {}, request = {}) => inTransaction(client, name, args, request),
    drop: async () => {
      await client.end();
      await fixture.query(`drop role ${role}`, []);
      await fixture.drop();
    },
  };
}

async function inTransaction(
  client: pg.Client,
  name: string,
  args: Record<string, unknown>,
  { method = 'POST', headers = {} }: PostgrestRequest,
): Promise<unknown> {
  const routine = await describe(client, name);
  await client.query(`begin isolation level read committed ${method === 'GET' ? 'read only' : 'read write'}`);
  try {
    await client.query(`set local role limpet_edge`);
    await client.query(
      `select set_config('search_path', '"limpet_edge", "public"', true), set_config('request.method', $1, true),
         set_config('request.path', $2, true), set_config('request.headers', $3, true), set_config('request.jwt.claims', $4, true)`,
      [method, `/rpc/${name}`, JSON.stringify(headers), JSON.stringify({ role: 'limpet_edge' })],
    );
    const { rows } = await client.query(queryFor(name, args, routine), [JSON.stringify(args)]);
    await client.query('commit');
    return JSON.parse(rows[0].body);
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** PostgREST knows functions by the names of their parameters: it casts each member of the body to its parameter's type. */
async function describe(client: pg.Client, name: string): Promise<Routine> {
  const { rows } = await client.query<Routine>(
    `select p.proretset as returns_set, coalesce((
       select jsonb_agg(jsonb_build_object('name', p.proargnames[a.n], 'type', format_type(a.type, null)) order by a.n)
       from unnest(p.proargtypes) with ordinality a (type, n)), '[]') as parameters
     from pg_proc p where p.pronamespace = to_regnamespace('limpet_edge') and p.proname = $1`,
    [name],
  );
  const [routine] = rows;
  if (!routine || rows.length > 1) throw new Error(`${rows.length} functions are called ${name}`);
  return routine;
}

function queryFor(name: string, args: Record<string, unknown>, { parameters, returns_set }: Routine): string {
  const given = parameters.filter((parameter) => Object.hasOwn(args, parameter.name));
  const columns = given.map((parameter) => `"${parameter.name}"`).join(', ');
  const types = given.map((parameter) => `"${parameter.name}" ${parameter.type}`).join(', ');
  const named = given.map((parameter) => `"${parameter.name}" := pgrst_body."${parameter.name}"`).join(', ');
  const body = given.length
    ? `, lateral (select ${columns} from json_to_record(pgrst_payload.json_data) as _(${types}) limit 1) pgrst_body`
    : '';
  const invocation = `"limpet_edge"."${name}"(${named})`;
  return `with pgrst_source as (
      select pgrst_call.* from (select $1::json as json_data) pgrst_payload${body},
      lateral ${returns_set ? invocation : `(select ${invocation} pgrst_scalar)`} pgrst_call)
    select ${returns_set ? `coalesce(json_agg(_postgrest_t), '[]')` : `coalesce(json_agg(_postgrest_t.pgrst_scalar)->0, 'null')`}::text as body
    from (select * from pgrst_source) _postgrest_t`;
}

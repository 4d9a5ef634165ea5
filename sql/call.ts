import type { Query } from './contract.ts';

/** Arguments of a SQL function by parameter name. Bytes go as bytea, plain objects and arrays of objects as jsonb. */
type Arguments = Record<string, unknown>;

/**
 * Calls one SQL function by named arguments and returns its only value. Every function of the SQL API returns one value
 * (jsonb, text, boolean or null) unless its header says otherwise.
 */
export async function call<Result>(query: Query, schema: string, name: string, args: Arguments): Promise<Result> {
  const [row] = await query(`select ${invocation(schema, name, args)} as result`, encodeAll(args));
  return row?.result as Result;
}

/** Calls a SQL function that returns a table, and returns its rows. */
export async function callRows<Row>(query: Query, schema: string, name: string, args: Arguments): Promise<Row[]> {
  return (await query(`select * from ${invocation(schema, name, args)}`, encodeAll(args))) as Row[];
}

function invocation(schema: string, name: string, args: Arguments): string {
  const named = Object.keys(args).map((key, index) => `p_${key} => $${index + 1}`);
  return `${schema}.${name}(${named.join(', ')})`;
}

function encodeAll(args: Arguments): unknown[] {
  return Object.values(args).map(encode);
}

/** Both drivers take text for every type but bytes, which each sends in its own way; only objects need a form that Postgres reads. */
function encode(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array || Array.isArray(value)) return value;
  return typeof value === 'object' && !(value instanceof Date) ? JSON.stringify(value) : value;
}

/** A name for each statement's text, the same on every connection of this process: there are some dozens. */
const names = new Map<string, string>();

/** The name under which a connection prepares a statement once and runs it from then on. */
export function statementName(text: string): string {
  const name = names.get(text) ?? `limpet_${names.size}`;
  names.set(text, name);
  return name;
}

/** A database's schema as text, for the committed dump that a test compares: what tables, indexes and functions there are. */
import type { Query } from '../../sql/contract.ts';

const columns = `
  select format('%I.%I', n.nspname, c.relname) as parent, format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      case when a.attidentity <> '' then ' identity' else '' end,
      coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relkind = 'r' and n.nspname like 'limpet%' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`;
// Postgres 18 lists "not null" as constraints, too; the columns say it for every version.
const constraints = `
  select conrelid::regclass::text as parent, format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as line
  from pg_constraint where connamespace in (select oid from pg_namespace where nspname like 'limpet%') and contype <> 'n' and conrelid <> 0
  order by 1, conname`;
const indexes = `
  select format('%I.%I', schemaname, tablename) as parent, '  ' || indexdef as line from pg_indexes where schemaname like 'limpet%' order by 1, indexname`;
const triggers = `
  select tgrelid::regclass::text as parent, '  ' || pg_get_triggerdef(t.oid) as line from pg_trigger t join pg_class c on c.oid = tgrelid
  join pg_namespace n on n.oid = c.relnamespace where not tgisinternal and n.nspname like 'limpet%' order by 1, tgname`;
const storage = `
  select format('%I.%I', n.nspname, c.relname) as parent, '  with (' || array_to_string(c.reloptions, ', ') || ')' as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname like 'limpet%' and c.reloptions is not null`;
const functions = `
  select format('function %s(%s) returns %s', p.oid::regproc, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid)) as line
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname like 'limpet%' order by 1`;

/** Describes the limpet schemas: tables with all that hangs on them, then the functions' signatures (their bodies are files). */
export async function describeSchema(query: Query): Promise<string> {
  const tables = new Map<string, string[]>();
  for (const part of [columns, constraints, indexes, triggers, storage]) {
    for (const row of await query(part, [])) {
      const lines = tables.get(String(row.parent)) ?? [];
      tables.set(String(row.parent), [...lines, String(row.line)]);
    }
  }
  const tableText = [...tables].map(([name, lines]) => `table ${name}\n${lines.join('\n')}\n`);
  const functionText = (await query(functions, [])).map((row) => String(row.line));
  return `${[...tableText, ...functionText].join('\n')}\n`;
}

-- The limit `p_name` as limpet.settings has it ('limit.' and the name in sql/contract.ts, snake case). Seeded by the migrations;
-- changed by an update of the row. Null where there is no such limit.
create or replace function limpet.setting(p_name text) returns bigint
  language sql stable as $$
  select value::bigint from limpet.settings where name = 'limit.' || p_name
$$;

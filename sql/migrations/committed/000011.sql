--! Previous: sha1:11788ade7d144d8fa92b69d86b7e8e993d090245
--! Hash: sha1:76dbde8f946421e579c939222daebfea508da346

/*
 * Search. What a command says and wrote, its beginning and end (limpet.search_text), is kept once more as a lower-case text with an index of its
 * trigrams. Hosts write it in batches behind the work (index_search), so no command waits for it; what is not there yet is searched as it
 * is. Everything up to a minute before `indexed_until` is there: a transaction that ends a command is much shorter.
 */
create table limpet.search_texts (
  command_id uuid primary key references limpet.commands on delete cascade,
  text text not null
);
create table limpet.search_progress (
  singleton boolean primary key default true check (singleton),
  indexed_until timestamptz not null
);
insert into limpet.search_progress (indexed_until) values ('epoch');

-- pg_trgm comes with Postgres and may be created by a database's owner. Where it is missing, search reads instead of looking up.
do $$
declare
  v_schema name;
begin
  begin
    create extension if not exists pg_trgm with schema public;
  exception when insufficient_privilege or undefined_file or feature_not_supported or invalid_schema_name then
    raise notice 'pg_trgm is not there: search will be slow in long histories';
  end;
  select n.nspname into v_schema from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
  if v_schema is not null then
    execute format('create index search_texts_idx on limpet.search_texts using gin (text %I.gin_trgm_ops)', v_schema);
  end if;
end
$$;

-- What lists ask for that is rare; what is common is found by walking back in time. The state is part of indexes anyway, so these cost
-- an ordinary command one comparison each.
create index commands_finished_idx on limpet.commands (finished_at) where finished_at is not null;
create index commands_failed_idx on limpet.commands (exit_code, created_at desc, id desc) where exit_code <> 0;
create index commands_unusual_idx on limpet.commands (state, created_at desc, id desc) where state not in ('queued', 'running', 'exited');

insert into limpet.settings (name, value) values
  ('limit.search_bytes', '16384'),
  ('limit.search_ms', '500');

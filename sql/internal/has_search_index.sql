-- Whether texts are looked up by their trigrams. Called by find_commands and index_search.
create or replace function limpet.has_search_index() returns boolean
  language sql stable as $$
  select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'limpet' and c.relname = 'search_texts_idx')
$$;

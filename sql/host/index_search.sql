-- Puts ended commands into the index of search, the longest ended first, at most `p_limit`; one host at a time. Returns how many: as many as
-- `p_limit` if there are more. Called by every host's housekeeping.
create or replace function limpet_host.index_search(p_limit integer default 500) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_from timestamptz;
  v_until timestamptz;
  v_count integer;
begin
  select indexed_until into v_from from limpet.search_progress for update skip locked;
  if not found then return 0; end if;
  with due as (
    select c from limpet.commands c
    where c.finished_at >= v_from - interval '1 minute'
      and not exists (select from limpet.search_texts t where t.command_id = c.id)
    order by c.finished_at limit p_limit
  ), put as (
    insert into limpet.search_texts (command_id, text) select (due.c).id, limpet.search_text(due.c) from due on conflict do nothing
  )
  select max((due.c).finished_at), count(*) into v_until, v_count from due;
  if v_until > v_from then update limpet.search_progress set indexed_until = v_until; end if;
  -- Postgres puts new entries on a list first, which each search would read from end to end.
  if v_count > 0 and limpet.has_search_index() then perform gin_clean_pending_list('limpet.search_texts_idx'); end if;
  return v_count;
end
$$;

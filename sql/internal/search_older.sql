-- The rest of find_commands for a text that is rare: the newest `p_limit` of what the index of trigrams has, and of what has not come into it, older
-- than (p_at, p_id). `ids` null: the text is in too many to have them all sorted. What ended before `p_indexed` is in the index; it is a value and not
-- looked up here, so that the planner knows how few have ended since. Called by find_commands.
create or replace function limpet.search_older(
  p_owner uuid, p_filter jsonb, p_limit integer, p_at timestamptz, p_id uuid, p_indexed timestamptz,
  out ids uuid[], out next_at timestamptz, out next_id uuid
)
  language plpgsql set enable_seqscan = off as $$
declare
  c_hits_max constant integer := 3000;
  v_all record := limpet.command_conditions(p_owner, p_filter);
  v_but_text record := limpet.command_conditions(p_owner, p_filter - 'q');
  v_hits uuid[];
begin
  execute 'select array(select t.command_id from limpet.search_texts t where t.text like $1 limit $2)'
    into v_hits using limpet.like_pattern(p_filter->>'q'), c_hits_max + 1;
  if cardinality(v_hits) > c_hits_max then return; end if;
  execute format(
    'with unindexed as materialized (
       select c.id from limpet.commands c where c.state in (''queued'', ''running'')
       union select c.id from limpet.commands c
         where c.finished_at >= $4 and not exists (select from limpet.search_texts t where t.command_id = c.id)),
     page as (
       select c.id, c.created_at from limpet.commands c where c.id = any ($3) and %s and %s and (c.created_at, c.id) < ($1, $2)
       union all
       select c.id, c.created_at from limpet.commands c where c.id in (select id from unindexed) and %s and %s and (c.created_at, c.id) < ($1, $2)
       order by created_at desc, id desc limit $5)
     select coalesce(array_agg(id order by created_at desc, id desc), ''{}''), min(created_at), (array_agg(id order by created_at, id))[1] from page',
    v_but_text.p_walk, v_but_text.p_check, v_all.p_walk, v_all.p_check) into ids, next_at, next_id using p_at, p_id, v_hits, p_indexed, p_limit;
  if cardinality(ids) < p_limit then
    next_at := null;
    next_id := null;
  end if;
end
$$;

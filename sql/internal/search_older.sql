-- The rest of find_commands for a text that is rare: what the index of trigrams has, and what has not come into it, older than (p_at, p_id),
-- after the `p_found` ones. Called by find_commands.
create or replace function limpet.search_older(
  p_owner uuid, p_filter jsonb, p_limit integer, p_at timestamptz, p_id uuid, p_found uuid[],
  out ids uuid[], out next_at timestamptz, out next_id uuid
)
  language plpgsql as $$
declare
  v_conditions record := limpet.command_conditions(p_owner, p_filter - 'q');
  v_where text := format('%s and %s and (c.created_at, c.id) < ($1, $2)', v_conditions.p_walk, v_conditions.p_check);
  v_pattern text := limpet.like_pattern(p_filter->>'q');
  v_left integer := p_limit - cardinality(p_found);
begin
  execute format(
    'with hits as materialized (select t.command_id as id from limpet.search_texts t where t.text like $3),
     unindexed as materialized (
       select c.id from limpet.commands c where c.state in (''queued'', ''running'')
       union select c.id from limpet.commands c, limpet.search_progress p
         where c.finished_at >= p.indexed_until - interval ''1 minute''
           and not exists (select from limpet.search_texts t where t.command_id = c.id)),
     page as (
       select c.id, c.created_at from limpet.commands c where c.id in (select id from hits) and %1$s
       union all
       select c.id, c.created_at from limpet.commands c where c.id in (select id from unindexed) and %1$s and limpet.mentions(c, $3)
       order by created_at desc, id desc limit %2$s)
     select coalesce(array_agg(id order by created_at desc, id desc), ''{}''), min(created_at), (array_agg(id order by created_at, id))[1] from page',
    v_where, v_left) into ids, next_at, next_id using p_at, p_id, v_pattern;
  if cardinality(ids) < v_left then
    next_at := null;
    next_id := null;
  end if;
  ids := p_found || ids;
end
$$;

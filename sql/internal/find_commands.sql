-- The newest commands that match a filter (command_conditions), at most `p_limit`, older than (p_at, p_id). It walks back in time and looks at
-- each, and where few match among the first thousands, has the rest looked up (search_older). It stops after `p_ms`: then `next_id` is
-- where to go on, and fewer were found than there may be. `next_id` null: there are no more. A loop tells the planner nothing of how soon it
-- stops, hence no scan of all rows. Called by list_commands and cancel_commands.
create or replace function limpet.find_commands(
  p_owner uuid, p_filter jsonb, p_limit integer, p_at timestamptz, p_id uuid, p_ms bigint,
  out ids uuid[], out next_at timestamptz, out next_id uuid
)
  language plpgsql set enable_seqscan = off as $$
declare
  c_walked_max constant integer := 4000;
  v_conditions record := limpet.command_conditions(p_owner, p_filter);
  v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
  v_walked integer := 0;
  r record;
begin
  ids := '{}';
  for r in execute format(
    'select c.id, c.created_at, %s as hit from limpet.commands c where %s and ($1 is null or (c.created_at, c.id) < ($1, $2))
     order by c.created_at desc, c.id desc', v_conditions.p_check, v_conditions.p_walk) using p_at, p_id
  loop
    next_at := r.created_at;
    next_id := r.id;
    if r.hit then ids := ids || r.id; end if;
    v_walked := v_walked + 1;
    if cardinality(ids) = p_limit or clock_timestamp() > v_deadline then return; end if;
    if v_walked = c_walked_max and length(p_filter->>'q') >= 3 and limpet.has_search_index() then
      select f.ids, f.next_at, f.next_id into ids, next_at, next_id
      from limpet.search_older(p_owner, p_filter, p_limit, next_at, next_id, ids) f;
      return;
    end if;
  end loop;
  next_at := null;
  next_id := null;
end
$$;

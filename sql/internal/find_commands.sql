-- The newest commands that match a filter (command_conditions), at most `p_limit`, older than (p_at, p_id). It walks back in time and looks at
-- each (command_walk), and where few match among the first hundreds and all that is not in the index yet, has the rest looked up (search_older); where
-- too many are found by that, they are dense enough to be walked to. It stops after `p_ms`, but not before it has walked so far and looked at as many
-- as were asked for, so that a list of all is never cut: then `next_id` is where to go on, and fewer were found than there may be. `next_id` null:
-- there are no more. What is asked for at once grows, so that a page that is full soon costs little. Called by list_commands and cancel_commands.
create or replace function limpet.find_commands(
  p_owner uuid, p_filter jsonb, p_limit integer, p_at timestamptz, p_id uuid, p_ms bigint,
  out ids uuid[], out next_at timestamptz, out next_id uuid
)
  language plpgsql set enable_seqscan = off as $$
declare
  c_walked_max constant integer := 500;
  v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
  v_walk text := limpet.command_walk(p_owner, p_filter);
  -- What is older may be looked up, but for the few that began before and ended after.
  v_indexed timestamptz := case when length(p_filter->>'q') >= 3 and limpet.has_search_index() then
    (select p.indexed_until - interval '1 minute' from limpet.search_progress p) end;
  v_walked integer := 0;
  v_count integer := 100;
  v_before integer;
  r record;
begin
  ids := '{}';
  next_at := p_at;
  next_id := p_id;
  loop
    v_before := v_walked;
    for r in execute v_walk using next_at, next_id, v_count loop
      next_at := r.created_at;
      next_id := r.id;
      if r.hit then ids := ids || r.id; end if;
      v_walked := v_walked + 1;
      if cardinality(ids) = p_limit or v_walked >= greatest(p_limit, c_walked_max) and clock_timestamp() > v_deadline then return; end if;
    end loop;
    if v_walked - v_before < v_count then
      next_at := null;
      next_id := null;
      return;
    end if;
    if v_walked >= c_walked_max and next_at < v_indexed then
      r := limpet.search_older(p_owner, p_filter, p_limit - cardinality(ids), next_at, next_id, v_indexed);
      v_indexed := null;
      if r.ids is not null then
        ids := ids || r.ids;
        next_at := r.next_at;
        next_id := r.next_id;
        return;
      end if;
    end if;
    v_count := least(v_count * 4, 10000);
  end loop;
end
$$;

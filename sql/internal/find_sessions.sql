-- The newest sessions of an owner (null: of all), at most `p_limit`, older than (p_at, p_id), in this state and with this text in name, id or directory,
-- where they are given. It walks back in time and looks at each, and stops after `p_ms`, but not before it has looked at as many as were asked
-- for: then fewer were found than there may be. `next_id` is where to go on; null: there are no more. Called by list_sessions.
create or replace function limpet.find_sessions(
  p_owner uuid, p_state text, p_q text, p_limit integer, p_at timestamptz, p_id uuid, p_ms bigint,
  out ids uuid[], out next_at timestamptz, out next_id uuid
)
  language plpgsql set enable_seqscan = off as $$
declare
  v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
  v_walked integer := 0;
  -- Values are quoted and what is not asked for is left out, so that each has its own plan. What is open has an index, and may be rare.
  v_walk text := concat_ws(' and ', 'true', 's.owner_id = ' || quote_literal(p_owner),
    case when p_state <> 'closed' then 's.closed_at is null' end,
    case when p_at is not null then '(s.created_at, s.id) < ($1, $2)' end);
  v_check text := concat_ws(' and ', 'true', 'limpet.session_state(s) = ' || quote_literal(p_state),
    'strpos(lower(concat_ws('' '', s.name, s.id::text, s.cwd)), ' || quote_literal(lower(p_q)) || ') > 0');
  r record;
begin
  ids := '{}';
  for r in execute format('select s.id, s.created_at, %s as hit from limpet.sessions s where %s order by s.created_at desc, s.id desc', v_check, v_walk)
    using p_at, p_id
  loop
    next_at := r.created_at;
    next_id := r.id;
    v_walked := v_walked + 1;
    if r.hit then ids := ids || r.id; end if;
    if cardinality(ids) = p_limit or v_walked >= p_limit and clock_timestamp() > v_deadline then return; end if;
  end loop;
  next_at := null;
  next_id := null;
end
$$;

-- The oldest commands of a session after seq `p_after`, at most `p_limit`, in this state and with this text, where they are given. It looks at one
-- after the other and stops after `p_ms`, but not before it has looked at as many as were asked for: then fewer were found than there may be. `next_seq` null: there are no more. Called by
-- list_session_commands.
create or replace function limpet.find_in_session(
  p_session uuid, p_state text, p_q text, p_after integer, p_limit integer, p_ms bigint, out ids uuid[], out next_seq integer
)
  language plpgsql set enable_seqscan = off as $$
declare
  v_conditions record := limpet.command_conditions(null, jsonb_strip_nulls(jsonb_build_object('session_id', p_session, 'state', p_state, 'q', p_q)));
  v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
  v_walked integer := 0;
  r record;
begin
  ids := '{}';
  for r in execute format('select c.id, c.seq, %s as hit from limpet.commands c where %s and c.seq > $1 order by c.seq',
    v_conditions.p_check, v_conditions.p_walk) using coalesce(p_after, 0)
  loop
    next_seq := r.seq;
    if r.hit then ids := ids || r.id; end if;
    v_walked := v_walked + 1;
    if cardinality(ids) = p_limit or v_walked >= p_limit and clock_timestamp() > v_deadline then return; end if;
  end loop;
  next_seq := null;
end
$$;

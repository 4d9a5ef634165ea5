-- The newest events that this key sees and that match a filter (event_conditions), at most `p_limit`, after the place (p_at_us, p_session, p_seq). It
-- walks back in time and looks at each (event_walk), and stops after `p_ms`, but not before it has looked at as many as were asked for: then
-- fewer were found than there may be. `next` is where to go on; null: there are no more. `p_chain` null: in all chains. Called by list_events.
create or replace function limpet.find_events(
  p_key limpet.api_keys, p_chain uuid, p_filter jsonb, p_limit integer, p_at_us bigint, p_session uuid, p_seq bigint, p_ms bigint,
  out session_ids uuid[], out seqs bigint[], out next text
)
  language plpgsql set enable_seqscan = off as $$
declare
  v_deadline timestamptz := clock_timestamp() + make_interval(secs => p_ms / 1000.0);
  v_walk text := limpet.event_walk(p_key, p_chain, p_filter);
  v_walked integer := 0;
  v_count integer := greatest(p_limit, 100);
  v_before integer;
  r record;
begin
  session_ids := '{}';
  seqs := '{}';
  loop
    v_before := v_walked;
    for r in execute v_walk using p_at_us, p_session, p_seq, v_count loop
      p_at_us := r.at_us;
      p_session := r.session_id;
      p_seq := r.seq;
      v_walked := v_walked + 1;
      if r.hit then
        session_ids := session_ids || r.session_id;
        seqs := seqs || r.seq;
      end if;
      if cardinality(seqs) = p_limit or v_walked >= p_limit and clock_timestamp() > v_deadline then
        next := concat_ws('.', p_at_us, p_session, p_seq);
        return;
      end if;
    end loop;
    if v_walked - v_before < v_count then return; end if;
    v_count := least(v_count * 4, 10000);
  end loop;
end
$$;

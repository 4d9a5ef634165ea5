-- Ends a running replay: done, or stopped for `p_reason`, and notes it in its session's record. The caller holds the session's row lock.
-- Called by advance_replay.
create or replace function limpet.end_replay(r limpet.replays, p_reason text) returns void
  language plpgsql as $$
declare
  v_state text := case when p_reason is null then 'done' else 'stopped' end;
begin
  update limpet.replays set state = v_state, reason = p_reason, finished_at = clock_timestamp() where id = r.id;
  perform limpet.append_session_event(r.session_id, 'replay.finished', 'system',
    (select jsonb_build_object('replay_id', r.id, 'state', v_state, 'items', count(*), 'same', count(*) filter (where same),
       'different', count(*) filter (where not same)) from limpet.replay_items where replay_id = r.id));
end
$$;

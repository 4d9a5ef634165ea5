-- Ends a queued command as `cancelled` or `expired`: it never runs. The caller holds the session's row lock.
create or replace function limpet.end_queued(p_command limpet.commands, p_state text, p_actor text) returns void
  language plpgsql as $$
begin
  update limpet.commands set state = p_state, finished_at = clock_timestamp() where id = p_command.id;
  update limpet.sessions set queued = queued - 1 where id = p_command.session_id;
  perform limpet.append_session_event(p_command.session_id, 'command.' || p_state, p_actor,
    jsonb_build_object('command_id', p_command.id, 'seq', p_command.seq));
  perform limpet.close_ephemeral(p_command.session_id);
  perform pg_notify('limpet_ended', p_command.id::text);
  perform limpet.advance_replay(s.id, p_command.id) from limpet.sessions s where s.id = p_command.session_id and s.replay_id is not null;
end
$$;

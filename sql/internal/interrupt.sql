-- Ctrl-C for what runs in a session; nothing where nothing does. The caller holds the session's row lock.
create or replace function limpet.interrupt(p_key limpet.api_keys, s limpet.sessions) returns void
  language plpgsql as $$
begin
  if s.running_command_id is null then return; end if;
  perform limpet.add_control(s, s.running_command_id, 'signal', 'INT');
  perform limpet.append_session_event(s.id, 'signal.sent', 'key:' || p_key.id,
    jsonb_build_object('command_id', s.running_command_id, 'signal', 'INT'));
end
$$;

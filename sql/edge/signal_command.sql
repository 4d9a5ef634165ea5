-- POST /v1/commands/{id}/signal: to a running command, by its host, at most once. Raises unauthorized, forbidden, not_found,
-- command_ended; session_busy where it has not started.
create or replace function limpet_edge.signal_command(p_credential bytea, p_id uuid, p_signal text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions;
  c limpet.commands;
begin
  c := limpet.find_command(k, p_id);
  select * into s from limpet.sessions where id = c.session_id for no key update;
  select * into c from limpet.commands where id = p_id;
  if c.state = 'queued' then
    perform limpet.fail('session_busy', 'This command has not started.', 'Wait until it runs, or cancel it with DELETE.');
  elsif c.state <> 'running' then
    perform limpet.fail('command_ended', format('This command has ended (%s).', c.state), 'GET it to read its result.');
  end if;
  perform limpet.add_control(s, c.id, 'signal', p_signal);
  perform limpet.append_session_event(s.id, 'signal.sent', 'key:' || k.id, jsonb_build_object('command_id', c.id, 'signal', p_signal));
end
$$;

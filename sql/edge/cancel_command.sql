-- DELETE /v1/commands/{id}: what is queued never runs; what runs is ended by its host, with its whole tree. Repeating it is harmless.
-- Raises unauthorized, forbidden, not_found, command_ended.
create or replace function limpet_edge.cancel_command(p_credential bytea, p_id uuid) returns jsonb
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
    perform limpet.end_queued(c, 'cancelled', 'key:' || k.id);
    select * into c from limpet.commands where id = p_id;
  elsif c.state = 'running' then
    if not exists (select from limpet.controls where command_id = c.id and kind = 'end') then
      perform limpet.add_control(s, c.id, 'end');
      perform limpet.append_session_event(s.id, 'command.cancel_requested', 'key:' || k.id, jsonb_build_object('command_id', c.id));
    end if;
  elsif c.state not in ('cancelled', 'killed') then
    perform limpet.fail('command_ended', format('This command has ended (%s).', c.state), 'GET it to read its result.');
  end if;
  return limpet.command_json(c, limpet.setting('view_bytes')::integer);
end
$$;

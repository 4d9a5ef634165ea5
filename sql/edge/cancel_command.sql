-- DELETE /v1/commands/{id}: what is queued never runs; what runs is ended by its host, with its whole tree. Repeating it is harmless.
-- Raises unauthorized, forbidden, not_found, command_ended.
create or replace function limpet_edge.cancel_command(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  c limpet.commands := limpet.find_command(k, p_id);
begin
  perform limpet.cancel(k, c.session_id, c.id);
  select * into c from limpet.commands where id = p_id;
  if c.state not in ('running', 'cancelled', 'killed') then
    perform limpet.fail('command_ended', format('This command has ended (%s).', c.state), 'GET it to read its result.');
  end if;
  return limpet.command_json(c);
end
$$;

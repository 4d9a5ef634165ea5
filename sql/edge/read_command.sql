-- GET /v1/commands/{id}. Raises unauthorized, not_found.
create or replace function limpet_edge.read_command(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- Read in a statement of its own: its output is then read by a later snapshot, which has all that this row counts.
  c limpet.commands := limpet.view_command(p_credential, p_id);
begin
  if c.state in ('queued', 'running') then
    perform limpet.settle_abandoned(c.session_id);
    select * into c from limpet.commands where id = p_id;
  end if;
  return limpet.command_json(c);
end
$$;

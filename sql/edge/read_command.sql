-- GET /v1/commands/{id}. Raises unauthorized, not_found.
create or replace function limpet_edge.read_command(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.command_json(
    limpet.find_command(limpet.authenticate(p_credential, 'read'), p_id), limpet.setting('view_bytes')::integer);
end
$$;

-- How far a stream is stored, and whether anything may be added. Raises unauthorized, not_found.
create or replace function limpet_edge.read_output_extent(p_credential bytea, p_id uuid, p_stream text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.find_command(limpet.authenticate(p_credential, 'read'), p_id);
begin
  return jsonb_build_object('total', case p_stream when 'stdout' then c.stdout_bytes else c.stderr_bytes end,
    'complete', c.state not in ('queued', 'running'), 'state', c.state);
end
$$;

-- How far a command is, in one small row, for whoever follows it. Raises unauthorized, not_found.
create or replace function limpet_edge.read_progress(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.view_command(p_credential, p_id);
begin
  if c.state in ('queued', 'running') then
    perform limpet.settle_abandoned(c.session_id);
    select * into c from limpet.commands where id = p_id;
  end if;
  return jsonb_build_object('state', c.state, 'exit_code', c.exit_code, 'signal', c.signal, 'cwd', c.cwd,
    'stdout_bytes', c.stdout_bytes, 'stderr_bytes', c.stderr_bytes, 'dropped_bytes', c.dropped_bytes);
end
$$;

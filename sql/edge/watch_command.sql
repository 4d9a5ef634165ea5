-- The same as watch_session, for whoever follows a command: names the session by whose id the news come. Raises unauthorized, not_found.
create or replace function limpet_edge.watch_command(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.find_command(limpet.authenticate(p_credential, 'read'), p_id);
begin
  return jsonb_build_object('session_id', c.session_id, 'told', limpet.watch(c.session_id));
end
$$;

-- POST /v1/sessions/{session}/interrupt: Ctrl-C for whatever runs; nothing where nothing does.
-- Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.interrupt_session(p_credential bytea, p_session text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_session(k, p_session);
begin
  perform limpet.interrupt(k, s);
end
$$;

-- POST /v1/sessions/{session}/interrupt: Ctrl-C for whatever runs; nothing where nothing does.
-- Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.interrupt_session(p_credential bytea, p_session text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  v_id uuid;
  s limpet.sessions;
begin
  v_id := limpet.find_session(k, p_session);
  select * into s from limpet.sessions where id = v_id for no key update;
  perform limpet.interrupt(k, s);
end
$$;

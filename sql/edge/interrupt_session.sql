-- POST /v1/sessions/{session}/interrupt: Ctrl-C for whatever runs; nothing where nothing does.
-- Raises unauthorized, forbidden, not_found, session_closed.
create or replace function limpet_edge.interrupt_session(p_credential bytea, p_session text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_session(k, p_session);
begin
  if s.closed_at is not null then
    perform limpet.fail('session_closed', 'This session is closed; its history stays readable.', 'Open another with POST /v1/sessions.');
  end if;
  perform limpet.interrupt(k, s);
end
$$;

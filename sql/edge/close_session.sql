-- DELETE /v1/sessions/{session}: queued commands are cancelled, the host ends what runs, history stays. Closing twice is
-- harmless. Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.close_session(p_credential bytea, p_session text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_session(k, p_session);
  c limpet.commands;
begin
  if s.closed_at is not null then return; end if;
  for c in select * from limpet.commands where session_id = s.id and state = 'queued' order by seq loop
    perform limpet.end_queued(c, 'cancelled', 'key:' || k.id);
  end loop;
  update limpet.sessions set closed_at = clock_timestamp(), last_active_at = clock_timestamp() where id = s.id;
  perform limpet.append_session_event(s.id, 'session.closed', 'key:' || k.id, '{}');
  if s.host_incarnation is not null then perform limpet.add_control(s, null, 'close'); end if;
end
$$;

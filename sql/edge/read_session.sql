-- GET /v1/sessions/{session}. Raises unauthorized, not_found.
create or replace function limpet_edge.read_session(p_credential bytea, p_session text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
begin
  select * into s from limpet.sessions where id = limpet.find_session(limpet.authenticate(p_credential, 'read'), p_session);
  if s.running_command_id is not null or s.queued > 0 then
    perform limpet.settle_abandoned(s.id);
    select * into s from limpet.sessions where id = s.id;
  end if;
  return limpet.session_json(s);
end
$$;

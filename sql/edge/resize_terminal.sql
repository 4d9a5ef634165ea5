-- PUT /v1/sessions/{session}/size: the terminal's size, for what runs there and for every shell from now on. The same size again
-- changes nothing. Raises unauthorized, forbidden, not_found, not_a_terminal, session_closed.
create or replace function limpet_edge.resize_terminal(p_credential bytea, p_session text, p_cols integer, p_rows integer) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_terminal(k, p_session);
begin
  if s.cols = p_cols and s.rows = p_rows then return limpet.session_json(s); end if;
  update limpet.sessions set cols = p_cols, rows = p_rows where id = s.id;
  perform limpet.append_session_event(s.id, 'terminal.resized', 'key:' || k.id, jsonb_build_object('cols', p_cols, 'rows', p_rows));
  -- A session without a host has its size read when one adopts it.
  if s.host_incarnation is not null then
    perform limpet.add_control(s, null, 'resize', null, convert_to(jsonb_build_object('cols', p_cols, 'rows', p_rows)::text, 'UTF8'));
  end if;
  select * into s from limpet.sessions where id = s.id;
  return limpet.session_json(s);
end
$$;

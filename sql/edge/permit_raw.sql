-- GET …?raw=true where the edge redacts what it shows: passes where this key may have it as it is stored, which takes the scope admin, and notes
-- that in the record as a reading of its own kind: of the session that it is about, or of the record as a whole.
-- Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.permit_raw(p_credential bytea, p_command uuid default null, p_session text default null) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
  c limpet.commands;
begin
  if p_command is not null then c := limpet.find_command(k, p_command); end if;
  perform limpet.note_reading(k, coalesce(c.session_id, case when p_session is not null then limpet.find_session(k, p_session) end,
    '00000000-0000-0000-0000-000000000000'), 'record.unredacted');
end
$$;

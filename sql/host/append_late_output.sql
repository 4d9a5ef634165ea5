-- What a background job wrote after its command had ended: recorded as the session's own. `p_piece`
-- is made by the host for each piece: repeating the call is harmless. Raises fenced.
create or replace function limpet_host.append_late_output(p_incarnation uuid, p_session uuid, p_epoch integer, p_command uuid, p_stream integer, p_data bytea, p_piece uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  insert into limpet.late_output (session_id, command_id, stream, data, piece) values (p_session, p_command, p_stream, p_data, p_piece)
  on conflict (piece) do nothing;
end
$$;

-- What a background job of `p_command` wrote after that had ended, as far as the limit allows: recorded as the session's own. `p_dropped`
-- more bytes came and were not sent. `p_offset` is how many came before, so that repeating the call is harmless; null where the host does
-- not know any more. Answers whether more of this command is kept; else it is only counted. What is sealed cannot be cut: the piece that
-- would cross the limit is left out, and all behind it. Raises fenced.
create or replace function limpet_host.append_late_output(p_incarnation uuid, p_session uuid, p_epoch integer, p_command uuid, p_stream integer, p_offset bigint, p_data bytea, p_dropped bigint, p_seal bytea default null) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands;
  v_room bigint;
  v_kept bytea;
begin
  perform limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  select * into c from limpet.commands where id = p_command and session_id = p_session for no key update;
  v_room := greatest(0, limpet.setting('late_output_bytes_max') - (c.late_bytes - c.late_dropped_bytes));
  if p_offset < c.late_bytes then return v_room > 0; end if;
  if p_seal is not null and (c.late_dropped_bytes > 0 or octet_length(p_data) > v_room) then v_room := 0; end if;
  v_kept := substr(p_data, 1, least(v_room, octet_length(p_data))::integer);
  if octet_length(v_kept) > 0 then
    insert into limpet.late_output (session_id, command_id, stream, data, seal) values (p_session, p_command, p_stream, v_kept, p_seal);
  end if;
  update limpet.commands
  set late_bytes = c.late_bytes + octet_length(p_data) + p_dropped,
      late_dropped_bytes = c.late_dropped_bytes + octet_length(p_data) - octet_length(v_kept) + p_dropped
  where id = c.id;
  if c.metered then perform limpet.count_output(c.key_id, octet_length(v_kept)); end if;
  return v_room > octet_length(v_kept);
end
$$;

-- Leaves input for an interactive command and hints its host, if it runs. Of sealed input `p_sha256` is what was sealed. The caller holds the
-- session's row lock.
create or replace function limpet.add_input(
  s limpet.sessions, c limpet.commands, p_data bytea, p_last boolean, p_seal bytea default null, p_sha256 bytea default null
) returns void
  language plpgsql as $$
declare
  v_id bigint;
begin
  insert into limpet.controls (session_id, command_id, kind, data, start_offset, last, seal)
  values (s.id, c.id, 'stdin', p_data, c.stdin_bytes, p_last, p_seal) returning id into v_id;
  update limpet.commands set stdin_bytes = c.stdin_bytes + octet_length(p_data), stdin_ended = p_last where id = c.id;
  perform limpet.append_session_event(s.id, 'input.written', 'key:' || c.key_id,
    jsonb_build_object('command_id', c.id, 'offset', c.stdin_bytes, 'bytes', octet_length(p_data),
      'sha256', encode(coalesce(p_sha256, sha256(p_data)), 'hex'), 'last', p_last));
  if s.running_command_id = c.id then perform limpet.hint(s.id, s.pool, s.host_incarnation, 'control:' || v_id, true); end if;
end
$$;

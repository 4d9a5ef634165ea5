-- POST /v1/sessions/{session}/keys: keys for the session's terminal, whatever runs there. They wait for its host, within a limit.
-- `p_keys` is an array of names, texts and {"text": …}; sealed it is null, and `p_data` what was made of it, `p_sha256` of its text. Raises unauthorized, forbidden, not_found, not_a_terminal, session_closed, keys_full.
create or replace function limpet_edge.type_keys(
  p_credential bytea, p_session text, p_keys jsonb, p_data bytea default null, p_seal bytea default null, p_sha256 bytea default null
) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_terminal(k, p_session);
  v_data bytea := coalesce(p_data, convert_to(p_keys::text, 'UTF8'));
  v_max bigint := limpet.setting('keys_waiting_bytes_max');
begin
  if octet_length(v_data) + (select coalesce(sum(octet_length(data)), 0) from limpet.controls
      where session_id = s.id and kind = 'keys' and taken_at is null) > v_max then
    perform limpet.fail('keys_full', format('Above the limit "limit.keys_waiting_bytes_max" of %s bytes of keys that wait for a program to read them.', v_max),
      'Nothing of this call was taken. Send it again once a program reads, or interrupt what does not.');
  end if;
  perform limpet.add_control(s, null, 'keys', null, v_data, p_seal);
  perform limpet.append_session_event(s.id, 'keys.typed', 'key:' || k.id,
    jsonb_build_object('bytes', octet_length(v_data), 'sha256', encode(coalesce(p_sha256, sha256(v_data)), 'hex')));
end
$$;

-- PATCH /v1/keys/{id}: what is named in `p_options` (KeyChange in sql/edgeKeys.ts) becomes so, from the next call on; null takes a limit
-- away. Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.change_key(p_credential bytea, p_id uuid, p_options jsonb) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
  n limpet.api_keys;
  l limpet.api_keys;
begin
  n := limpet.lock_key(p_id);
  l := jsonb_populate_record(n, coalesce(p_options->'limits', '{}'));
  update limpet.api_keys
  set name = coalesce(p_options->>'name', name),
      expires_at = case when p_options ? 'expires_at' then (p_options->>'expires_at')::timestamptz else expires_at end,
      open_sessions_max = l.open_sessions_max, queued_commands_max = l.queued_commands_max,
      commands_per_minute_max = l.commands_per_minute_max, output_bytes_per_day_max = l.output_bytes_per_day_max,
      timeout_ms_max = l.timeout_ms_max, executables_allowed = l.executables_allowed, executables_denied = l.executables_denied, sandbox = l.sandbox
  where id = p_id returning * into n;
  perform limpet.append_system_event('key.changed', 'key:' || k.id, jsonb_build_object('key_id', n.id, 'name', n.name,
    'expires_at', limpet.rfc3339(n.expires_at), 'limits', limpet.limits_text(n)));
  return limpet.key_json(n);
end
$$;

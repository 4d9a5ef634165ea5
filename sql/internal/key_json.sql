-- A key as it may be shown (ApiKey in sql/contract.ts): neither the key nor its hash.
create or replace function limpet.key_json(k limpet.api_keys) returns jsonb
  language sql stable as $$
  select jsonb_build_object('id', k.id, 'name', k.name, 'owner', (select o.name from limpet.owners o where o.id = k.owner_id),
    'scopes', to_jsonb(k.scopes),
    'quotas', jsonb_build_object('open_sessions', k.open_sessions_max, 'queued_commands', k.queued_commands_max,
      'commands_per_minute', k.commands_per_minute_max, 'output_bytes_per_day', k.output_bytes_per_day_max),
    'timeout_max_ms', k.timeout_ms_max, 'allow', to_jsonb(k.executables_allowed), 'deny', to_jsonb(k.executables_denied), 'sandbox', k.sandbox,
    'created_at', limpet.rfc3339(k.created_at), 'expires_at', limpet.rfc3339(k.expires_at),
    'revoked_at', limpet.rfc3339(k.revoked_at), 'last_used_at', limpet.rfc3339(k.last_used_at),
    'rotated_at', limpet.rfc3339(k.rotated_at), 'previous_until', limpet.rfc3339(k.previous_until))
$$;

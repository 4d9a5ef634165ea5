-- What a key may use and run, for the record: one text, since an event's payload is flat; null where nothing is limited.
-- Called by create_key and change_key.
create or replace function limpet.limits_text(k limpet.api_keys) returns text
  language sql stable as $$
  select nullif(jsonb_strip_nulls(jsonb_build_object('open_sessions', k.open_sessions_max, 'queued_commands', k.queued_commands_max,
    'commands_per_minute', k.commands_per_minute_max, 'output_bytes_per_day', k.output_bytes_per_day_max,
    'timeout_max_ms', k.timeout_ms_max, 'allow', to_jsonb(k.executables_allowed), 'deny', to_jsonb(k.executables_denied), 'sandbox', k.sandbox))::text, '{}')
$$;

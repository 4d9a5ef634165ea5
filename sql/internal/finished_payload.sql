-- What the record says of a command that ended, as canonical_json would write it. `c` has its new totals, `p_result` is CommandResult in
-- sql/host.ts. Called by finish_command.
create or replace function limpet.finished_payload(c limpet.commands, p_result jsonb, p_state_hash bytea) returns text
  language sql stable as $$
  select '{"command_id":"' || c.id || '","dropped_bytes":' || c.dropped_bytes
    || ',"exit_code":' || coalesce(p_result->>'exit_code', 'null') || ',"seq":' || c.seq
    || ',"signal":' || coalesce((p_result->'signal')::text, 'null') || ',"state":' || (p_result->'state')::text
    || ',"state_sha256":' || coalesce('"' || encode(p_state_hash, 'hex') || '"', 'null')
    || ',"stderr_bytes":' || c.stderr_bytes || ',"stderr_sha256":' || coalesce((p_result->'stderr_sha256')::text, 'null')
    || ',"stdout_bytes":' || c.stdout_bytes || ',"stdout_sha256":' || coalesce((p_result->'stdout_sha256')::text, 'null') || '}'
$$;

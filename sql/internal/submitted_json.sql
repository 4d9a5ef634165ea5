-- What the record says of a submitted command: its text, input and variables by their SHA-256, and what was asked of it besides.
-- Called by enqueue.
create or replace function limpet.submitted_json(c limpet.commands) returns jsonb
  language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('command_id', c.id, 'seq', c.seq,
    'command_sha256', encode(sha256(convert_to(c.command, 'UTF8')), 'hex'),
    'environment_sha256', case when c.environment is not null then
      encode(sha256(convert_to(limpet.canonical_json(c.environment), 'UTF8')), 'hex') end,
    'cwd', c.requested_cwd, 'timeout_ms', c.timeout_ms, 'interactive', nullif(c.interactive, false),
    'stdin_bytes', octet_length(c.stdin), 'stdin_sha256', encode(sha256(c.stdin), 'hex')))
$$;

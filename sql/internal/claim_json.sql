-- A claimed command as the host runs it (ClaimedCommand in sql/host.ts); null for none. Input is in base64.
create or replace function limpet.claim_json(c limpet.commands) returns jsonb
  language sql stable as $$
  select case when c.id is not null then jsonb_build_object(
    'id', c.id, 'seq', c.seq, 'attempt', c.attempt, 'state', c.state, 'command', c.command, 'env', c.environment,
    'cwd', c.requested_cwd, 'stdin', encode(c.stdin, 'base64'), 'stdin_seals', c.stdin_seals, 'interactive', c.interactive, 'timeout_ms', c.timeout_ms,
    'max_output', c.max_output) end
$$;

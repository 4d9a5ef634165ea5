-- A command as CommandRow in sql/contract.ts, of its row and what is found in others; `e` null: it has no output. Inlined where it is called: by
-- command_json, and by what tells of several at once.
create or replace function limpet.command_row(c limpet.commands, p_session_name text, p_key_name text, p_host text, e limpet.command_ends) returns limpet.command_row
  language sql stable as $$
  select row(c.id, c.session_id, p_session_name, c.seq, c.command, c.state, c.exit_code, c.signal,
    c.stdout_bytes, c.stderr_bytes, c.dropped_bytes, c.late_bytes, c.late_dropped_bytes,
    c.started_cwd, c.cwd, c.generation, c.key_id, p_key_name, p_host, c.interactive, c.idempotency_key, c.problem,
    limpet.rfc3339(c.created_at), limpet.rfc3339(c.started_at), limpet.rfc3339(c.finished_at), limpet.rfc3339(c.last_output_at),
    limpet.elapsed_ms(c.created_at, coalesce(c.started_at, c.finished_at, statement_timestamp())),
    limpet.elapsed_ms(c.started_at, coalesce(c.finished_at, statement_timestamp())),
    coalesce((e).stdout_head, ''), coalesce((e).stdout_tail, ''), coalesce((e).stderr_head, ''), coalesce((e).stderr_tail, ''),
    (e).stdout_sealed, (e).stderr_sealed)::limpet.command_row
$$;

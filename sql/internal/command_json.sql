-- A command as CommandRow in sql/contract.ts, with at most `p_view` bytes of each end of its streams; null: as many as the setting view_bytes says.
create or replace function limpet.command_json(c limpet.commands, p_view integer default null) returns jsonb
  language plpgsql stable as $$
declare
  v_now timestamptz := clock_timestamp();
begin
  return jsonb_build_object(
    'id', c.id, 'session_id', c.session_id, 'session_name', (select s.name from limpet.sessions s where s.id = c.session_id), 'seq', c.seq, 'command', c.command, 'state', c.state,
    'exit_code', c.exit_code, 'signal', c.signal,
    'stdout_bytes', c.stdout_bytes, 'stderr_bytes', c.stderr_bytes, 'dropped_bytes', c.dropped_bytes,
    'late_bytes', c.late_bytes, 'late_dropped_bytes', c.late_dropped_bytes,
    'cwd_before', c.started_cwd, 'cwd', c.cwd, 'generation', c.generation,
    'key_id', c.key_id, 'key_name', (select k.name from limpet.api_keys k where k.id = c.key_id),
    'host', (select h.name from limpet.hosts h where h.incarnation = c.host_incarnation),
    'interactive', c.interactive, 'idempotency_key', c.idempotency_key, 'problem', c.problem)
  || jsonb_build_object(
    'created_at', limpet.rfc3339(c.created_at), 'started_at', limpet.rfc3339(c.started_at),
    'finished_at', limpet.rfc3339(c.finished_at), 'last_output_at', limpet.rfc3339(c.last_output_at),
    'queued_ms', limpet.elapsed_ms(c.created_at, coalesce(c.started_at, c.finished_at, v_now)),
    'run_ms', limpet.elapsed_ms(c.started_at, coalesce(c.finished_at, v_now)))
  || case when c.stdout_bytes > 0 or c.stderr_bytes > 0
    then limpet.ends_json(c, coalesce(p_view, limpet.setting('view_bytes')::integer))
    else '{"stdout_head": "", "stdout_tail": "", "stderr_head": "", "stderr_tail": ""}' end;
end
$$;

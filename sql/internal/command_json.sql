-- A command as CommandRow in sql/contract.ts: head and tail of each stream, at most `p_view` bytes each, in base64; or the sealed pieces that
-- they are in.
create or replace function limpet.command_json(c limpet.commands, p_view integer) returns jsonb
  language plpgsql stable as $$
declare
  o record;
  e record;
begin
  o := limpet.stored_ends(c.id, 1, c.stdout_bytes, p_view);
  e := limpet.stored_ends(c.id, 2, c.stderr_bytes, p_view);
  return jsonb_build_object(
    'id', c.id, 'session_id', c.session_id, 'session_name', (select s.name from limpet.sessions s where s.id = c.session_id), 'seq', c.seq, 'command', c.command, 'state', c.state,
    'exit_code', c.exit_code, 'signal', c.signal,
    'stdout_head', encode(o.head, 'base64'), 'stdout_tail', encode(o.tail, 'base64'),
    'stderr_head', encode(e.head, 'base64'), 'stderr_tail', encode(e.tail, 'base64'),
    'stdout_bytes', c.stdout_bytes, 'stderr_bytes', c.stderr_bytes, 'dropped_bytes', c.dropped_bytes,
    'late_bytes', c.late_bytes, 'late_dropped_bytes', c.late_dropped_bytes,
    'cwd_before', c.started_cwd, 'cwd', c.cwd, 'generation', c.generation,
    'key_id', c.key_id, 'key_name', (select k.name from limpet.api_keys k where k.id = c.key_id),
    'host', (select h.name from limpet.hosts h where h.incarnation = c.host_incarnation),
    'interactive', c.interactive, 'idempotency_key', c.idempotency_key, 'problem', c.problem)
  || jsonb_build_object(
    'created_at', limpet.rfc3339(c.created_at), 'started_at', limpet.rfc3339(c.started_at),
    'finished_at', limpet.rfc3339(c.finished_at), 'last_output_at', limpet.rfc3339(c.last_output_at),
    'queued_ms', limpet.elapsed_ms(c.created_at, coalesce(c.started_at, c.finished_at, clock_timestamp())),
    'run_ms', limpet.elapsed_ms(c.started_at, coalesce(c.finished_at, clock_timestamp())))
  || case when o.sealed is not null or e.sealed is not null
    then jsonb_build_object('stdout_sealed', o.sealed, 'stderr_sealed', e.sealed) else '{}' end;
end
$$;

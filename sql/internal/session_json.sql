-- A session as the API shows it (Session in sql/contract.ts).
create or replace function limpet.session_json(s limpet.sessions) returns jsonb
  language sql stable as $$
  select jsonb_build_object(
    'id', s.id, 'name', s.name, 'state', limpet.session_state(s), 'tty', s.tty, 'merge_output', s.merge_output,
    'cols', s.cols, 'rows', s.rows, 'cwd', coalesce(s.cwd, s.initial_cwd), 'generation', s.generation,
    'host', (select h.name from limpet.hosts h where h.incarnation = s.host_incarnation),
    'pool', s.pool, 'labels', s.labels, 'queued', s.queued, 'running_command_id', s.running_command_id,
    'commands', s.next_seq - 1, 'idle_timeout_ms', s.idle_timeout_ms, 'problems', s.problems, 'sandbox', s.sandbox,
    'forked_from', case when s.forked_from is not null
      then jsonb_build_object('session_id', s.forked_from, 'seq', s.forked_from_seq) end,
    'replay_id', s.replay_id,
    'created_at', limpet.rfc3339(s.created_at), 'last_active_at', limpet.rfc3339(s.last_active_at),
    'closed_at', limpet.rfc3339(s.closed_at))
$$;

-- A replay as the API shows it (Replay in sql/contract/replays.ts). Of a command's text, its beginning.
create or replace function limpet.replay_json(p_replay uuid) returns jsonb
  language sql stable as $$
  select jsonb_build_object('id', r.id, 'state', r.state, 'reason', r.reason, 'source_session_id', r.source_session_id,
    'session_id', r.session_id, 'from', r.from_seq, 'to', r.to_seq, 'stop_on_difference', r.stop_on_difference,
    'created_at', limpet.rfc3339(r.created_at), 'finished_at', limpet.rfc3339(r.finished_at),
    'items', (
      select jsonb_agg(jsonb_build_object('seq', i.seq, 'command', left(i.command, 4096), 'first_command_id', i.first_command_id,
        'original', jsonb_build_object('command_id', i.source_command_id, 'state', i.original_state, 'exit_code', i.original_exit_code,
          'sha256', limpet.digests_json(i.original_stdout_sha256, i.original_stderr_sha256)),
        'replay', case when i.command_id is not null then jsonb_build_object('command_id', i.command_id,
          'state', coalesce(i.state, (select c.state from limpet.commands c where c.id = i.command_id)), 'exit_code', i.exit_code,
          'sha256', limpet.digests_json(i.stdout_sha256, i.stderr_sha256)) end,
        'same', i.same) order by i.seq)
      from limpet.replay_items i where i.replay_id = r.id))
  from limpet.replays r where r.id = p_replay
$$;

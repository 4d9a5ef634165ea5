-- Makes a replay of commands `p_from` to `p_to` of `s`, whose row the caller has locked, in a session of its own, and submits the first.
-- What never ran is left out. A command without a timeout gets ten times what it took, and at least limits.replayTimeoutMsMin, so that
-- what somebody ended by hand does not go on for ever. Called by replay_session. Raises not_found, and what branch_session does.
create or replace function limpet.new_replay(
  p_key limpet.api_keys, s limpet.sessions, p_id uuid, p_session uuid, p_from integer, p_to integer, p_options jsonb,
  p_idempotency_key text, p_body_hash bytea
) returns limpet.replays
  language plpgsql as $$
declare
  n limpet.sessions;
  r limpet.replays;
begin
  n := limpet.branch_session(p_key, s, p_from - 1, p_session, p_options->>'name', p_id, null, null);
  insert into limpet.replays (id, owner_id, key_id, source_session_id, from_seq, to_seq, session_id, stop_on_difference, idempotency_key, body_hash)
  values (p_id, p_key.owner_id, p_key.id, s.id, p_from, p_to, n.id, coalesce((p_options->>'stop_on_difference')::boolean, false),
    p_idempotency_key, p_body_hash)
  returning * into r;
  insert into limpet.replay_items (replay_id, seq, source_command_id, first_command_id, command, options, stdin, stdin_seals, original_state,
    original_exit_code, original_stdout_bytes, original_stderr_bytes, original_stdout_sha256, original_stderr_sha256)
  select r.id, c.seq, c.id, coalesce(x.first_command_id, c.id), c.command,
    jsonb_strip_nulls(jsonb_build_object('env', c.environment, 'cwd', c.requested_cwd, 'max_output', c.max_output,
      'timeout_ms', coalesce(c.timeout_ms, least(limpet.setting('timeout_ms_max'),
        greatest(limpet.setting('replay_timeout_ms_min'), 10 * limpet.elapsed_ms(c.started_at, c.finished_at)))))),
    i.stdin, i.seals, c.state, c.exit_code, c.stdout_bytes, c.stderr_bytes, c.stdout_sha256, c.stderr_sha256
  from limpet.commands c left join limpet.replay_items x on x.command_id = c.id
    cross join lateral limpet.recorded_stdin(c) i
  where c.session_id = s.id and c.seq between p_from and p_to and c.state not in ('cancelled', 'expired');
  if not found then
    perform limpet.fail('not_found', format('None of commands %s to %s ever ran.', p_from, p_to), 'Replay others.');
  end if;
  perform limpet.submit_replay_item(r, null);
  return r;
end
$$;

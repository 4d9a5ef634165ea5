-- Queues a command in a session whose row the caller has locked (`s`, as read under that lock), and hints its host if nothing else
-- of the session is under way: whoever finishes a command takes the next one anyway. `p_options` is CommandOptions in sql/edge.ts.
-- `stdin_sealed`, `stdin_seal` and `stdin_sha256` in place of `stdin` are input that the edge has sealed for `p_id`. With `interactive` it is the
-- beginning of the input, as if it were written right afterwards. A repeated id or idempotency key gives the first command again, and is not counted twice. Raises id_taken, idempotency_conflict,
-- session_closed, session_busy, not_allowed, too_many_queued, too_many_commands, output_spent.
create or replace function limpet.enqueue(
  p_key limpet.api_keys, s limpet.sessions, p_id uuid, p_options jsonb, p_idempotency_key text, p_body_hash bytea
) returns limpet.commands
  language plpgsql as $$
declare
  c limpet.commands;
  v_idle boolean := s.running_command_id is null and s.queued = 0;
  v_now timestamptz := clock_timestamp();
  v_stdin bytea := coalesce(decode(p_options->>'stdin_sealed', 'base64'), convert_to(p_options->>'stdin', 'UTF8'));
  v_interactive boolean := coalesce((p_options->>'interactive')::boolean, false);
begin
  -- Nothing can refuse a command without options to an idle session by a key without limits, and the insert sees whether it is a repeated one.
  if not v_idle or s.closed_at is not null or p_idempotency_key is not null
    or p_key.timeout_ms_max is not null or p_key.executables_allowed is not null or p_key.executables_denied is not null
    or p_key.queued_commands_max is not null or p_key.commands_per_minute_max is not null or p_key.output_bytes_per_day_max is not null then
    c := limpet.repeated_command(s, p_id, p_idempotency_key, p_body_hash);
    if c.id is not null then return c; end if;
    perform limpet.admit_to_queue(p_key, s, p_options);
  end if;
  insert into limpet.commands (id, session_id, seq, owner_id, key_id, command, environment, requested_cwd, stdin, stdin_seals, interactive,
    timeout_ms, max_output, metered, idempotency_key, body_hash, answer_to, created_at)
  values (p_id, s.id, s.next_seq, s.owner_id, p_key.id, p_options->>'command', p_options->'env', p_options->>'cwd',
    case when not v_interactive then v_stdin end,
    case when not v_interactive and p_options ? 'stdin_seal' then jsonb_build_array(jsonb_build_object('of', p_id,
      'bytes', octet_length(v_stdin), 'seal', p_options->>'stdin_seal')) end,
    v_interactive,
    coalesce((p_options->>'timeout_ms')::bigint, p_key.timeout_ms_max),
    coalesce((p_options->>'max_output')::bigint, limpet.setting('max_output_bytes')),
    p_key.output_bytes_per_day_max is not null, p_idempotency_key, p_body_hash, limpet.answers_channel(p_options), v_now)
  on conflict (id) do nothing
  returning * into c;
  if not found then return limpet.repeated_command(s, p_id, p_idempotency_key, p_body_hash); end if;
  update limpet.sessions
  set next_seq = s.next_seq + 1, queued = s.queued + 1, last_active_at = v_now,
      hint_at = case when v_idle then v_now else hint_at end,
      audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_canonical_event(s.id, s.audit_seq + 1, s.audit_hash, 'command.submitted', 'key:' || p_key.id,
        limpet.submitted_payload(c, p_options->>'stdin_sha256'))
  where id = s.id;
  if v_interactive and octet_length(v_stdin) > 0 then
    perform limpet.add_input(s, c, v_stdin, false, decode(p_options->>'stdin_seal', 'base64'), decode(p_options->>'stdin_sha256', 'hex'));
  end if;
  if v_idle then perform limpet.hint(s.id, s.pool, s.host_incarnation, c.id::text); end if;
  return c;
end
$$;

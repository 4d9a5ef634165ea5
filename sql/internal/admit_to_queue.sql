-- Refuses a command that its session cannot take, or its key may not send. The caller has locked `s`. Called by enqueue. Raises session_closed,
-- session_busy, too_many_queued, not_allowed, too_many_commands, output_spent.
create or replace function limpet.admit_to_queue(k limpet.api_keys, s limpet.sessions, p_options jsonb) returns void
  language plpgsql as $$
begin
  if s.closed_at is not null then
    perform limpet.fail('session_closed', 'This session is closed; its history stays readable.', 'Open another with POST /v1/sessions.');
  elsif p_options->>'if_busy' = 'fail' and (s.running_command_id is not null or s.queued > 0) then
    perform limpet.fail('session_busy', 'A command is running or queued in this session.', 'Wait for it, or send if_busy "queue".');
  elsif s.queued >= limpet.setting('queued_max') then
    perform limpet.fail('too_many_queued', format('Above the limit "limit.queued_max" of %s commands that wait in a session.', limpet.setting('queued_max')),
      'Wait until some have run, or use another session.');
  end if;
  -- A call costs more than these looks: what a key has not is not asked for.
  if k.timeout_ms_max is not null or k.executables_allowed is not null or k.executables_denied is not null then
    perform limpet.require_allowed(k, p_options);
  end if;
  if k.queued_commands_max is not null or k.commands_per_minute_max is not null or k.output_bytes_per_day_max is not null then
    perform limpet.admit_command(k);
  end if;
end
$$;

-- What a command that ran and ended used, on the day (UTC) on which it was submitted. Called by add_usage.
create or replace function limpet.command_usage(c limpet.commands)
  returns table (key_id uuid, owner_id uuid, day date, commands bigint, failed bigint, run_ms bigint, queued_ms bigint, output_bytes bigint)
  language sql stable as $$
  select c.key_id, c.owner_id, (c.created_at at time zone 'UTC')::date, 1::bigint,
    case when c.state = 'exited' and c.exit_code = 0 then 0 else 1 end::bigint,
    limpet.elapsed_ms(c.started_at, c.finished_at), limpet.elapsed_ms(c.created_at, c.started_at),
    c.stdout_bytes + c.stderr_bytes + c.late_bytes
$$;

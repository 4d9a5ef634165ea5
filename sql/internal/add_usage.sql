-- Adds what a command used to usage_changes, or takes it away again (`p_sign` -1). Called by guard_command (the trigger on commands).
create or replace function limpet.add_usage(c limpet.commands, p_sign integer, p_at timestamptz) returns void
  language plpgsql as $$
begin
  insert into limpet.usage_changes (key_id, owner_id, day, commands, failed, run_ms, queued_ms, output_bytes, changed_at)
  select u.key_id, u.owner_id, u.day, p_sign * u.commands, p_sign * u.failed, p_sign * u.run_ms, p_sign * u.queued_ms, p_sign * u.output_bytes, p_at
  from limpet.command_usage(c) u;
end
$$;

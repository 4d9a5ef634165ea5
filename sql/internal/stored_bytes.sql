-- How many bytes of a command's output are stored, those of its background jobs included. Called by remove_commands and retention_due.
create or replace function limpet.stored_bytes(c limpet.commands) returns bigint
  language sql immutable as $$
  select c.stdout_bytes + c.stderr_bytes - c.dropped_bytes + c.late_bytes - c.late_dropped_bytes
$$;

-- Adds what a command's end has stored to what its key's commands have written today (UTC). Called by finish_command, lose_command and
-- append_late_output, for commands that are metered.
create or replace function limpet.count_output(p_key uuid, p_bytes bigint) returns void
  language plpgsql as $$
declare
  u limpet.key_use := limpet.lock_key_use(p_key);
  v_today date := (clock_timestamp() at time zone 'UTC')::date;
begin
  update limpet.key_use
  set day = v_today, output_bytes = case when u.day = v_today then u.output_bytes else 0 end + p_bytes
  where key_id = p_key;
end
$$;

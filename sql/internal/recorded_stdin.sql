-- All input that a command was given: with it, or to an interactive one while it ran. Null for none. Called by new_replay.
-- Raises not_found where retention has removed a piece.
create or replace function limpet.recorded_stdin(c limpet.commands) returns bytea
  language plpgsql as $$
declare
  v_stdin bytea;
begin
  if not c.interactive then return c.stdin; end if;
  select string_agg(x.data, ''::bytea order by x.start_offset, x.id) into v_stdin
  from limpet.controls x where x.command_id = c.id and x.kind = 'stdin';
  if coalesce(octet_length(v_stdin), 0) <> c.stdin_bytes then
    perform limpet.fail('not_found', format('The input of command %s is no longer kept.', c.seq), 'Replay what comes before or after it.');
  end if;
  return nullif(v_stdin, ''::bytea);
end
$$;

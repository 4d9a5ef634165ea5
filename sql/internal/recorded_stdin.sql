-- All input that a command was given: with it, or to an interactive one while it ran; with its seals, where it is sealed (limpet.commands).
-- Null for none. Called by new_replay. Raises not_found where retention has removed a piece.
create or replace function limpet.recorded_stdin(c limpet.commands, out stdin bytea, out seals jsonb)
  language plpgsql as $$
begin
  if not c.interactive then
    stdin := c.stdin;
    seals := c.stdin_seals;
    return;
  end if;
  select string_agg(x.data, ''::bytea order by x.start_offset, x.id),
         case when bool_or(x.seal is not null) then jsonb_agg(jsonb_build_object('of', c.id, 'bytes', octet_length(x.data),
           'seal', encode(x.seal, 'base64')) order by x.start_offset, x.id) end
  into stdin, seals
  from limpet.controls x where x.command_id = c.id and x.kind = 'stdin';
  if coalesce(octet_length(stdin), 0) <> c.stdin_bytes then
    perform limpet.fail('not_found', format('The input of command %s is no longer kept.', c.seq), 'Replay what comes before or after it.');
  end if;
  stdin := nullif(stdin, ''::bytea);
end
$$;

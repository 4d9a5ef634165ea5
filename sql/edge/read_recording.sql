-- GET …/recording: what a session's commands were and wrote, in order: for each command that was started a row of kind `command` (its text), its
-- output rows by `position`, and, where it has ended, one of kind `end` (its state and exit code). Goes on at (p_seq, p_position): behind a
-- `command` at position 0, behind an `output` at its position + 1, behind an `end` at the next seq, position -1. At most about p_bytes bytes
-- and 2,000 rows of output and 500 commands a call; no row: there is no more. Output has its `command_id`, and its `seal` where it is sealed. Raises unauthorized, not_found.
create or replace function limpet_edge.read_recording(
  p_credential bytea, p_session text, p_seq integer default 1, p_position bigint default -1, p_bytes integer default 1048576
) returns table (seq integer, kind text, at_us bigint, "position" bigint, stream smallint, start_offset bigint, data bytea, seal bytea, command_id uuid)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_session uuid := limpet.find_session(limpet.authenticate(p_credential, 'read'), p_session);
  v_bytes bigint := 0;
  v_rows integer := 0;
  v_commands integer := 0;
  c limpet.commands;
begin
  for c in select x.* from limpet.commands x where x.session_id = v_session and x.seq >= p_seq and x.started_at is not null order by x.seq loop
    seq := c.seq;
    if c.seq > p_seq then p_position := -1; end if;
    if p_position < 0 then
      kind := 'command'; at_us := limpet.epoch_us(c.started_at); data := convert_to(c.command, 'UTF8');
      v_bytes := v_bytes + octet_length(data);
      return next;
    end if;
    kind := 'output';
    for "position", stream, start_offset, data, at_us, seal, command_id in
      select o.position, o.stream, o.start_offset, o.data, limpet.epoch_us(o.stored_at), o.seal, c.id
      from limpet.output o
      where o.command_id = c.id and o.position >= p_position order by o.position
    loop
      return next;
      v_bytes := v_bytes + octet_length(data);
      v_rows := v_rows + 1;
      if v_bytes >= p_bytes or v_rows >= 2000 then return; end if;
    end loop;
    "position" := null; stream := null; start_offset := null; seal := null; command_id := null;
    if c.finished_at is not null then
      kind := 'end'; at_us := limpet.epoch_us(c.finished_at); data := convert_to(concat_ws(' ', c.state, c.exit_code), 'UTF8');
      return next;
    end if;
    v_commands := v_commands + 1;
    if v_bytes >= p_bytes or v_commands >= 500 then return; end if;
  end loop;
end
$$;

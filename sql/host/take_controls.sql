-- Hands the host what callers left for a session (signal, end, close …), each once: it is taken before it is acted on. The host makes a token
-- `p_take` for each taking; the same token gets the same again, so an answer that was lost can be asked for. Of the running command's input
-- and of the keys for the terminal, with `p_input`, the next piece: the host asks again when that is written, so that what no program reads
-- waits here, where it is bounded. Raises fenced.
create or replace function limpet_host.take_controls(p_incarnation uuid, p_session uuid, p_epoch integer, p_take uuid, p_input boolean) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
  v_taken jsonb;
begin
  s := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  if not exists (select from limpet.controls where session_id = p_session and taken_by = p_take) then
    update limpet.controls set taken_at = clock_timestamp(), taken_by = p_take
    where session_id = p_session and taken_at is null and (kind not in ('stdin', 'keys') or id = (
      select min(x.id) from limpet.controls x
      where p_input and x.session_id = p_session and x.taken_at is null
        and (x.kind = 'keys' or (x.kind = 'stdin' and x.command_id = s.running_command_id))));
  end if;
  select jsonb_agg(jsonb_build_object('id', t.id, 'command_id', t.command_id, 'kind', t.kind, 'signal', t.signal,
    'data', encode(t.data, 'base64'), 'seal', encode(t.seal, 'base64'), 'start_offset', t.start_offset, 'last', t.last) order by t.id)
  into v_taken from limpet.controls t where t.session_id = p_session and t.taken_by = p_take;
  return coalesce(v_taken, '[]');
end
$$;

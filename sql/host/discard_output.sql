-- What a dead incarnation held on its disk is discarded and never stored late, which each command that it belonged to says from now on, and
-- the record with it: `p_bytes`, by attempt, is at most what was discarded, since a part may have been stored before. Called by whoever
-- removes the files, the companion or a later start on that machine. Nothing happens for a host that lives. Repeating it is harmless.
create or replace function limpet_host.discard_output(p_incarnation uuid, p_attempts uuid[], p_bytes bigint[]) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  d record;
  v_count integer := 0;
begin
  if not exists (select from limpet.hosts where incarnation = p_incarnation and state = 'dead') then return 0; end if;
  for d in
    select c.id, c.seq, c.session_id, x.bytes from unnest(p_attempts, p_bytes) as x (attempt, bytes)
    join limpet.commands c on c.attempt = x.attempt and c.host_incarnation = p_incarnation
    where c.state in ('running', 'lost') and x.bytes > 0 order by c.session_id
  loop
    perform from limpet.sessions where id = d.session_id for no key update;
    update limpet.commands
    set problem = concat_ws(' ', problem, format('Up to %s bytes of output that it held on disk, as Postgres did not answer, were discarded.', d.bytes))
    where id = d.id and coalesce(problem, '') not like '%were discarded.';
    continue when not found;
    perform limpet.append_session_event(d.session_id, 'output.discarded', 'system',
      jsonb_build_object('command_id', d.id, 'seq', d.seq, 'bytes_most', d.bytes));
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

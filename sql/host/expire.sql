-- Ends as `expired` the commands that no host took within limit.queued_ms_max, of at most `p_limit` sessions. Called by any live host in
-- its rounds. Returns how many commands.
create or replace function limpet_host.expire(p_limit integer default 200) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id uuid;
  v_count integer := 0;
begin
  for v_id in
    select distinct s.id from limpet.commands c join limpet.sessions s on s.id = c.session_id
    where c.state = 'queued' and s.host_incarnation is null
      and c.created_at < clock_timestamp() - make_interval(secs => limpet.setting('queued_ms_max') / 1000.0)
    order by s.id limit p_limit
  loop
    perform from limpet.sessions where id = v_id for no key update skip locked;
    if found then v_count := v_count + limpet.expire_queued(v_id); end if;
  end loop;
  return v_count;
end
$$;

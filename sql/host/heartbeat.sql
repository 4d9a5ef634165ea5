-- limits.beatsPerLease times a lease. Renews the lease; tells `dead` to a host that was given up: it must end its shells and exit. `p_attempts` are all
-- tokens the host has in hand: a command that runs here by the record, claimed before the last lease, of which the host knows nothing, is
-- `lost`. Returns also the sessions with controls waiting and, with `p_look`, what there is to do for all hosts (limpet.due): so an idle host asks one
-- thing. Without it where the beat before was not answered: nothing shall keep a lease from being renewed.
create or replace function limpet_host.heartbeat(p_incarnation uuid, p_attempts uuid[], p_look boolean default false) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_lease_ms bigint := limpet.setting('lease_ms');
  v_state text;
  c limpet.commands;
begin
  if not exists (select from limpet.hosts where incarnation = p_incarnation and state <> 'dead') then
    return jsonb_build_object('state', 'dead');
  end if;
  -- Before the host's own row is locked: sessions come first in the order of locks.
  for c in
    select x.* from limpet.commands x join limpet.sessions s on s.running_command_id = x.id
    where s.host_incarnation = p_incarnation and x.state = 'running' and x.attempt <> all (p_attempts)
      and x.started_at < clock_timestamp() - make_interval(secs => v_lease_ms / 1000.0)
    order by x.session_id
  loop
    perform limpet.lose_command(c.session_id, c.attempt);
  end loop;
  update limpet.hosts
  set lease_until = clock_timestamp() + make_interval(secs => v_lease_ms / 1000.0),
      alive_since = case when lease_until < clock_timestamp() then clock_timestamp() else alive_since end,
      beat_at = clock_timestamp(),
      doubted_at = null
  where incarnation = p_incarnation and state <> 'dead'
  returning state into v_state;
  if not found then return jsonb_build_object('state', 'dead'); end if;
  return jsonb_build_object('state', v_state, 'wake', coalesce((
    select jsonb_agg(distinct x.session_id) from limpet.controls x join limpet.sessions s on s.id = x.session_id
    where x.taken_at is null and s.host_incarnation = p_incarnation), '[]'))
    || case when p_look then jsonb_build_object('due', limpet.due()) else '{}' end;
end
$$;

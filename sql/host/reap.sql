-- Marks as dead the hosts that are surely gone (limpet.may_be_buried), and returns the sessions to bury, in the order of their ids.
-- Does nothing within one lease of Postgres' own start, nor for a host whose own beats were not unbroken for a lease: after an outage the
-- first to wake would bury the healthy.
create or replace function limpet_host.reap(p_incarnation uuid) returns uuid[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_lease interval := make_interval(secs => limpet.setting('lease_ms') / 1000.0);
begin
  if clock_timestamp() - pg_postmaster_start_time() < v_lease or not exists (
    select from limpet.hosts where incarnation = p_incarnation and state <> 'dead' and lease_until > clock_timestamp()
      and alive_since < clock_timestamp() - v_lease) then
    return '{}';
  end if;
  update limpet.hosts h set state = 'dead', died_at = clock_timestamp()
  where h.incarnation in (select x.incarnation from limpet.hosts x
    where x.state <> 'dead' and x.lease_until < clock_timestamp() and limpet.may_be_buried(x)
    order by x.incarnation for no key update skip locked);
  return array(select s.id from limpet.sessions s join limpet.hosts h on h.incarnation = s.host_incarnation
    where h.state = 'dead' and limpet.may_be_buried(h) order by s.id limit 1000);
end
$$;

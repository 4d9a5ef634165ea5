-- Where no host is alive nobody reaps and expires: then whoever reads a session or sends it something does it for that session,
-- so that nothing is `running` for ever. Nothing happens while a host beats, nor within one lease of Postgres' own
-- start, when hosts have not had the time to. Who finds a host gone first only notes it, and who still does one lease later buries it: Postgres'
-- clock may have leapt over all leases at once, and healthy hosts need a moment to beat. Called by the edge's reads and submits; locks the session.
create or replace function limpet.settle_abandoned(p_session uuid) returns void
  language plpgsql as $$
declare
  v_lease interval := make_interval(secs => limpet.setting('lease_ms') / 1000.0);
  v_host uuid;
  h limpet.hosts;
begin
  -- Half a lease past its end, so that one who is late for a beat still has the first word.
  if exists (select from limpet.hosts where state in ('live', 'draining') and lease_until > clock_timestamp() - v_lease / 2)
    or clock_timestamp() - pg_postmaster_start_time() < v_lease then
    return;
  end if;
  select host_incarnation into v_host from limpet.sessions where id = p_session for no key update;
  select * into h from limpet.hosts where incarnation = v_host;
  if h.incarnation is not null and h.death_confirmed_at is null and limpet.may_be_buried(h)
    and (h.doubted_at is null or h.doubted_at > clock_timestamp() - v_lease) then
    update limpet.hosts set doubted_at = clock_timestamp() where incarnation = h.incarnation and doubted_at is null;
  elsif h.incarnation is not null and limpet.may_be_buried(h) then
    update limpet.hosts set state = 'dead', died_at = clock_timestamp() where incarnation = h.incarnation and state <> 'dead';
    perform limpet.bury(p_session);
  end if;
  perform limpet.expire_queued(p_session);
end
$$;

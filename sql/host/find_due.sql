-- What a round of housekeeping would find: `dead`, hosts or sessions to bury (reap); `waiting`, hints to repeat or readings to append (sweep);
-- `queued`, commands that may have waited too long (expire). One cheap question in place of three, since mostly there is nothing.
create or replace function limpet_host.find_due() returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_queued boolean := exists (select from limpet.commands c where c.state = 'queued');
begin
  return jsonb_build_object(
    'dead', exists (select from limpet.hosts h where h.state <> 'dead' and h.lease_until < clock_timestamp())
      or exists (select from limpet.hosts h join limpet.sessions s on s.host_incarnation = h.incarnation where h.state = 'dead'),
    'queued', v_queued,
    'waiting', v_queued
      or exists (select from limpet.sessions x where x.opened_at is null and x.closed_at is null and x.host_incarnation is null)
      or exists (select from limpet.readings where seq is null));
end
$$;

-- What a round of housekeeping would find: `dead`, hosts or sessions to bury (reap); `waiting`, hints to repeat or readings to append (sweep);
-- `queued`, commands that may have waited too long (expire); `unseen`, hosts that died without anybody to end their shells (died_unseen); `ended`,
-- commands that are not in the index of search yet. One cheap question in place of five, since mostly there is nothing. Called by heartbeat and find_due.
create or replace function limpet.due() returns jsonb
  language plpgsql as $$
declare
  v_queued boolean := exists (select from limpet.commands c where c.state = 'queued');
begin
  return jsonb_build_object(
    'dead', exists (select from limpet.hosts h where h.state <> 'dead' and h.lease_until < clock_timestamp())
      or exists (select from limpet.hosts h join limpet.sessions s on s.host_incarnation = h.incarnation where h.state = 'dead'),
    'queued', v_queued,
    'waiting', v_queued
      or exists (select from limpet.sessions x where x.opened_at is null and x.closed_at is null and x.host_incarnation is null)
      or exists (select from limpet.readings where seq is null),
    'unseen', exists (select from limpet.hosts h
      where h.state = 'dead' and h.death_confirmed_at is null and h.died_at > clock_timestamp() - interval '1 day'),
    -- The last one's time, which the index has: whether any is later could be looked for in the whole table.
    'ended', coalesce((select max(c.finished_at) from limpet.commands c) > (select p.indexed_until from limpet.search_progress p), false));
end
$$;

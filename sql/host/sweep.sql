-- Repeats the hints that were not acted on (a job is only a hint, and may be lost: the row decides): sessions with queued work and
-- nothing running, and sessions that no host has opened and for which there is room. Returns how many. One job at most waits for a session from
-- here, however often it is repeated. A host asks for one session at a time: with jobs of several in one transaction it and a worker that
-- deletes these could wait for each other.
-- It also appends the readings that wait (flush_readings): a batch, and no call of its own.
create or replace function limpet_host.sweep(p_limit integer default 200) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- What somebody else has locked is passed over, and keeps nobody from the next.
  c_looked_at constant integer := 200;
  v_age interval := make_interval(secs => limpet.setting('hint_ms') / 1000.0);
  v_id uuid;
  s limpet.sessions;
  v_count integer := 0;
begin
  perform limpet.flush_readings();
  for v_id in
    -- One step a session, however many commands it has queued; and what need not be hinted takes no one's place.
    (with recursive waiting (id) as (
       (select c.session_id from limpet.commands c where c.state = 'queued' order by c.session_id limit 1)
       union all
       select (select c.session_id from limpet.commands c where c.state = 'queued' and c.session_id > w.id order by c.session_id limit 1)
       from waiting w where w.id is not null)
     select x.id from waiting w join limpet.sessions x on x.id = w.id
     where x.running_command_id is null and x.closed_at is null and x.hint_at < clock_timestamp() - v_age
       and (x.host_incarnation is not null or limpet.host_with_room(x.pool) is not null) limit c_looked_at)
    union
    (select x.id from limpet.sessions x
     where x.opened_at is null and x.closed_at is null and x.host_incarnation is null and x.hint_at < clock_timestamp() - v_age
       and limpet.host_with_room(x.pool) is not null limit c_looked_at)
    order by 1
  loop
    exit when v_count = p_limit;
    select * into s from limpet.sessions where id = v_id for no key update skip locked;
    continue when not found or s.closed_at is not null or s.running_command_id is not null
      or (s.queued = 0 and (s.opened_at is not null or s.host_incarnation is not null))
      or s.hint_at > clock_timestamp() - v_age;
    update limpet.sessions set hint_at = clock_timestamp() where id = s.id;
    perform limpet.hint(s.id, s.pool, s.host_incarnation, 'sweep:' || s.id, p_again => true);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

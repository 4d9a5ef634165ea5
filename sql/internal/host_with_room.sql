-- The live host of this pool that has the most room for another session, but for `p_but`; null where none has any. The counts move while
-- this looks: adoption, which locks, is what enforces capacity.
create or replace function limpet.host_with_room(p_pool text, p_but uuid default null) returns uuid
  language sql stable as $$
  select incarnation from limpet.hosts
  where state = 'live' and pool = p_pool and lease_until > clock_timestamp() and sessions < capacity and incarnation is distinct from p_but
  order by sessions::real / capacity, incarnation limit 1
$$;

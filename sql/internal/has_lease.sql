-- Whether this incarnation may start work now: registered, not dead, its lease not over.
create or replace function limpet.has_lease(p_incarnation uuid) returns boolean
  language plpgsql as $$
begin
  return exists (select from limpet.hosts
    where incarnation = p_incarnation and state = 'live' and lease_until > clock_timestamp());
end
$$;

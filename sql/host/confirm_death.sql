-- The companion, or the host as its last word, says that every shell of this incarnation is gone. Returns the sessions to bury.
create or replace function limpet_host.confirm_death(p_incarnation uuid) returns uuid[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update limpet.hosts
  set state = 'dead', died_at = coalesce(died_at, clock_timestamp()), death_confirmed_at = coalesce(death_confirmed_at, clock_timestamp())
  where incarnation = p_incarnation;
  return array(select id from limpet.sessions where host_incarnation = p_incarnation order by id);
end
$$;

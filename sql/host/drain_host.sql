-- The host takes no new sessions from now on.
create or replace function limpet_host.drain_host(p_incarnation uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update limpet.hosts set state = 'draining' where incarnation = p_incarnation and state = 'live';
end
$$;

-- Takes a session from a dead host: what ran is `lost`, what is queued waits for the next owner. One session a transaction; repeating it is
-- harmless.
create or replace function limpet_host.bury_session(p_session uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_host uuid;
  h limpet.hosts;
begin
  select host_incarnation into v_host from limpet.sessions where id = p_session for no key update;
  select * into h from limpet.hosts where incarnation = v_host;
  if h.state = 'dead' and limpet.may_be_buried(h) then perform limpet.bury(p_session); end if;
end
$$;

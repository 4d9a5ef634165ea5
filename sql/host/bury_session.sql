-- Takes a session from a dead host: what ran is `lost`, what is queued waits for the next owner. One session a transaction; repeating it is
-- harmless.
create or replace function limpet_host.bury_session(p_session uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
  h limpet.hosts;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  select * into h from limpet.hosts where incarnation = s.host_incarnation;
  if h.incarnation is null or h.state <> 'dead' or not limpet.may_be_buried(h) then return; end if;
  perform limpet.lose_command(s.id, (select attempt from limpet.commands where id = s.running_command_id));
  select * into s from limpet.sessions where id = p_session;
  perform limpet.release_session(s, 'session.lost', 'system');
end
$$;

-- Takes a session from its dead host: what ran is `lost`, what is queued waits for the next owner. Called by bury_session and
-- settle_abandoned, which hold the session's row lock and have seen that the host may be buried.
create or replace function limpet.bury(p_session uuid) returns void
  language plpgsql as $$
declare
  s limpet.sessions;
begin
  perform limpet.lose_command(p_session, (select c.attempt from limpet.sessions x join limpet.commands c on c.id = x.running_command_id
    where x.id = p_session));
  select * into s from limpet.sessions where id = p_session;
  perform limpet.release_session(s, 'session.lost', 'system');
end
$$;

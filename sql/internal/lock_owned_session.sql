-- Locks a session's row and returns it if this incarnation owns it at this epoch; else `fenced`: someone else may own it now, so nothing
-- this caller observed of it may be written.
create or replace function limpet.lock_owned_session(p_incarnation uuid, p_session uuid, p_epoch integer) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  if s.host_incarnation is distinct from p_incarnation or s.epoch is distinct from p_epoch then
    perform limpet.fail('fenced', format('Session %s is no longer this host''s.', p_session), 'End its shell; its next owner restores the state.');
  end if;
  return s;
end
$$;
